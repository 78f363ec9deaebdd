using System.Security.Claims;
using System.Text.Encodings.Web;
using AgentKey.Agents;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore;

/// <summary>Finds out whose key a request carries. Charges nothing; asks the store at every request, so revocation is immediate.</summary>
internal sealed partial class AgentKeyAuthenticationHandler(
    AgentKeys keys,
    IProblemDetailsService problems,
    IOptionsMonitor<AgentKeyAuthenticationOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder)
    : AuthenticationHandler<AgentKeyAuthenticationOptions>(options, logger, encoder)
{
    private bool _isPresented;
    private bool _isUnavailable;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerHeader.Read(Request.Headers.Authorization) is not { } presented)
        {
            return AuthenticateResult.NoResult();
        }

        _isPresented = true;
        var caller = keys.Identify(presented.Length <= BearerHeader.MaxLength ? presented : null);
        try
        {
            return Decide(caller, await keys.ValidateAsync(caller, Context.RequestAborted).ConfigureAwait(false));
        }
        catch (StoreUnavailableException unavailable)
        {
            _isUnavailable = true;
            LogUnavailable(Logger, unavailable);
            return AuthenticateResult.Fail("The store did not answer.");
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_isUnavailable)
        {
            Response.Headers.RetryAfter = "1";
            return WriteProblemAsync(StatusCodes.Status503ServiceUnavailable, "Service unavailable", "store_unavailable");
        }

        // RFC 6750 §3.1: no error code when no credential was presented.
        var error = _isPresented ? ", error=\"invalid_token\"" : "";
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Options.Realm}\"{error}";
        return WriteProblemAsync(StatusCodes.Status401Unauthorized, "Unauthorized", "invalid_key");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        WriteProblemAsync(StatusCodes.Status403Forbidden, "Forbidden", "forbidden");

    private AuthenticateResult Decide(Caller caller, KeyValidation validation)
    {
        if (!validation.IsAlive)
        {
            LogRefused(Logger, validation.Denial.Fault.ToString());
            return AuthenticateResult.Fail("The key is not valid.");
        }

        var principal = new ClaimsPrincipal(new CallerIdentity(caller, validation.Key));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
    }

    private async Task WriteProblemAsync(int status, string title, string code)
    {
        Response.StatusCode = status;
        await problems.WriteAsync(new ProblemDetailsContext
        {
            HttpContext = Context,
            ProblemDetails = { Status = status, Title = title, Extensions = { ["code"] = code } },
        }).ConfigureAwait(false);
    }

    [LoggerMessage(1001, LogLevel.Information, "A key was refused: {Fault}")]
    private static partial void LogRefused(ILogger logger, string? fault);

    [LoggerMessage(1002, LogLevel.Error, "A key could not be checked: the store did not answer")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}
