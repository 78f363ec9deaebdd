using System.Text.Json.Serialization.Metadata;
using AgentKey.AspNetCore;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.Charging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace AgentKey.Serve;

/// <summary>Writes what a plane answers.</summary>
internal static partial class PlaneAnswer
{
    public const string ReplayedHeader = "Idempotent-Replayed";

    public static Task WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type, bool isReplay = false)
    {
        // Neither a secret nor what is left of a budget is anything to keep.
        context.Response.Headers.CacheControl = "no-store";
        if (isReplay)
        {
            context.Response.Headers[ReplayedHeader] = "true";
        }

        return context.Response.WriteAsJsonAsync(document, type, cancellationToken: context.RequestAborted);
    }

    /// <summary>A refusal, as an agent would get it from an ASP.NET Core application: an application can hand it on as it is.</summary>
    public static Task WriteAsync(HttpContext context, Denial denial)
    {
        if (denial.Reason != DenialCode.InvalidKey)
        {
            return DenialResponse.WriteAsync(context, denial);
        }

        LogRefused(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AgentKey.Serve"), denial.Fault);
        context.Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer realm=\"agentkey\", error=\"invalid_token\"");
        return RefusalResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized", denial.Code);
    }

    /// <summary>A charge or a hold that is in another state than the request needs.</summary>
    public static Task WriteConflictAsync(HttpContext context, string code) =>
        RefusalResponse.WriteAsync(context, StatusCodes.Status409Conflict, "Conflict", code);

    [LoggerMessage(1103, LogLevel.Information, "An agent's key was refused: {Fault}")]
    private static partial void LogRefused(ILogger logger, KeyFault? fault);
}
