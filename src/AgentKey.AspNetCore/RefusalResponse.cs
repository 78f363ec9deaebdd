using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore;

/// <summary>A refusal as an RFC 9457 problem: the same bytes for every reason, but for the trace id.</summary>
internal static class RefusalResponse
{
    // Not through the host's problem service: that answers nothing to a client which accepts only event streams, as
    // MCP's do, and may add what tells one bad key from another.
    public static Task WriteAsync(HttpContext context, int status, string title, string code)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Title = title,
            Extensions = { ["code"] = code, ["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier },
        };
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            problem, ProblemJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    }
}
