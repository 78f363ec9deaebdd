using System.Security.Claims;
using System.Text.Encodings.Web;
using AgentKey.Agents;
using AgentKey.AspNetCore.RateLimits;
using AgentKey.Charging;
using AgentKey.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AgentKey.AspNetCore;

/// <summary>Finds out whose key a request carries. Charges nothing; asks the store at every request, so revocation is immediate.</summary>
internal sealed partial class AgentKeyAuthenticationHandler(
    AgentKeys keys, FailedKeyLimiter failures, IOptionsMonitor<AgentKeyAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AgentKeyAuthenticationOptions>(options, logger, encoder), IAuthenticationRequestHandler
{
    private TimeSpan? _wait;

    /// <summary>
    /// Answers a request whose key cannot be checked, before anything else sees it: it is neither refused as if the key
    /// were bad, nor let through as if none had been presented.
    /// </summary>
    public async Task<bool> HandleRequestAsync()
    {
        try
        {
            await HandleAuthenticateOnceAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (UndecidedRequest.IsCausedBy(fault))
        {
            LogUnchecked(Logger, fault);
            await RefusalResponse.WriteUnavailableAsync(Context).ConfigureAwait(false);
            return true;
        }

        if (_wait is { } wait)
        {
            await RefusalResponse.WriteTooManyAsync(Context, wait, "too_many_failed_keys").ConfigureAwait(false);
            return true;
        }

        return false;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credential = BearerCredential.Of(Request);
        if (!credential.IsPresented)
        {
            return AuthenticateResult.NoResult();
        }

        var caller = keys.Identify(credential.Reveal());
        _wait = caller.CanOpenAKey ? failures.Addresses?.FindWait(Context) : null;
        if (_wait is not null)
        {
            LogLimited(Logger, caller);
            return AuthenticateResult.Fail("Too many keys from this address opened nothing.");
        }

        var validation = await keys.ValidateAsync(caller, Context.RequestAborted).ConfigureAwait(false);
        if (!validation.IsAlive)
        {
            LogRefused(Logger, caller, validation.Denial.Fault);
            if (caller.CanOpenAKey)
            {
                failures.Addresses?.Take(Context);
            }

            // Of an unknown key the store has just said that there is nothing to count it under.
            if (validation.Denial.Fault is KeyFault.Revoked or KeyFault.Expired or KeyFault.DeadAncestor)
            {
                await keys.NoteRefusalAsync(caller, Context.RequestAborted).ConfigureAwait(false);
            }

            return AuthenticateResult.Fail(validation.Denial.Message);
        }

        var principal = new ClaimsPrincipal(new CallerIdentity(caller, validation.Key));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750 §3.1: no error code when no credential was presented.
        var error = BearerCredential.Of(Request).IsPresented ? ", error=\"invalid_token\"" : "";
        Response.Headers.Append(HeaderNames.WWWAuthenticate, $"Bearer realm=\"{Options.Realm}\"{error}");
        return RefusalResponse.WriteAsync(Context, StatusCodes.Status401Unauthorized, "Unauthorized", "invalid_key");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        RefusalResponse.WriteAsync(Context, StatusCodes.Status403Forbidden, "Forbidden", "forbidden");

    [LoggerMessage(1001, LogLevel.Information, "The key {Key} was refused: {Fault}")]
    private static partial void LogRefused(ILogger logger, Caller key, KeyFault? fault);

    [LoggerMessage(1002, LogLevel.Error, "A key could not be checked: the store did not answer as it should")]
    private static partial void LogUnchecked(ILogger logger, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "The key {Key} was not looked up: too many keys from its address opened nothing")]
    private static partial void LogLimited(ILogger logger, Caller key);
}
