using System.Diagnostics;
using AgentKey.AspNetCore.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore;

/// <summary>A refusal as an RFC 9457 problem: the same bytes for every bad key, but for the trace id.</summary>
internal static class RefusalResponse
{
    // Not through the host's problem service: that answers nothing to a client which accepts only event streams, as
    // MCP's do, and may add what tells one bad key from another.
    public static Task WriteAsync(HttpContext context, int status, string title, string code) =>
        WriteAsync(context, new ProblemDetails { Status = status, Title = title }, code);

    public static Task WriteAsync(HttpContext context, ProblemDetails problem, string code)
    {
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier;
        if (GrpcCalls.IsAnsweredAsGrpc(context))
        {
            GrpcRefusal.Write(context.Response, problem, code);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = problem.Status!.Value;
        return context.Response.WriteAsJsonAsync(
            problem, ProblemJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    }

    /// <summary>Input that is not acceptable: 403 when it is more than the key above allows, 400 otherwise.</summary>
    public static Task WriteAsync(HttpContext context, InvalidFieldException invalid)
    {
        var problem = new ProblemDetails
        {
            Status = invalid.IsTooWide ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest,
            Title = invalid.IsTooWide ? "Forbidden" : "Bad request",
            Detail = invalid.Message,
            Extensions = { ["field"] = invalid.Field },
        };
        return WriteAsync(context, problem, invalid.IsTooWide ? "too_wide" : "invalid_field");
    }

    public static Task WriteNotFoundAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "Not found", "not_found");

    public static Task WriteUnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Service unavailable", "store_unavailable");
    }

    public static Task WriteTooManyAsync(HttpContext context, TimeSpan retryAfter, string code)
    {
        // Rounded up: who comes back as told must not be refused again.
        context.Response.Headers.RetryAfter = Math.Max(1, (retryAfter.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond)
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests", code);
    }
}
