using AgentKey.AspNetCore;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace AgentKey.Serve;

/// <summary>Stands inside every endpoint of a plane, where no forgotten middleware can leave it out: lets nobody in without a token.</summary>
internal sealed partial class PlaneGate(Plane plane, AccessTokens tokens, PlaneRoute route, RequestDelegate handler)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var presented = BearerCredential.Of(context.Request);
        if (tokens.Find(presented.Reveal()) is not { } token)
        {
            LogRefused(Logger(context), plane.Name, context.Connection.RemoteIpAddress?.ToString() ?? "(no address)");
            // RFC 6750 §3.1: no error code when no credential was presented.
            var error = presented.IsPresented ? ", error=\"invalid_token\"" : "";
            context.Response.Headers.Append(HeaderNames.WWWAuthenticate, $"Bearer realm=\"{plane.Realm}\"{error}");
            await RefusalResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized", plane.BadTokenCode).ConfigureAwait(false);
            return;
        }

        context.Features.Set(token);
        try
        {
            route.RequireKnown(context.Request.Query);
            await handler(context).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.Response.HasStarted && fault is InvalidFieldException or StoreUnavailableException or SchemaException or BadHttpRequestException)
        {
            await AnswerAsync(context, fault).ConfigureAwait(false);
        }
    }

    private static Task AnswerAsync(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case InvalidFieldException invalid:
                return RefusalResponse.WriteAsync(context, invalid);
            case BadHttpRequestException bad:
                return RefusalResponse.WriteAsync(context, bad.StatusCode, "Bad request", bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body_too_large" : "bad_request");
            default:
                // Its message tells what to do, and holds no credentials.
                LogUndecided(Logger(context), fault);
                return RefusalResponse.WriteUnavailableAsync(context);
        }
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AgentKey.Serve");

    [LoggerMessage(1101, LogLevel.Warning, "The {Plane} plane was asked without a valid token, from {Address}")]
    private static partial void LogRefused(ILogger logger, string plane, string address);

    [LoggerMessage(1102, LogLevel.Error, "A request could not be decided: the store did not answer as it should")]
    private static partial void LogUndecided(ILogger logger, Exception exception);
}
