using AgentKey.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.Serve;

/// <summary>What a request gets that reached no endpoint: a problem like every other refusal.</summary>
internal static class UnservedRequest
{
    public static Task AnswerAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => RefusalResponse.WriteNotFoundAsync(context),
        StatusCodes.Status405MethodNotAllowed => RefusalResponse.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Method not allowed", "method_not_allowed"),
        StatusCodes.Status415UnsupportedMediaType => RefusalResponse.WriteAsync(context, NotJson(), "not_json"),
        var status => RefusalResponse.WriteAsync(context, status, "Bad request", "bad_request"),
    };

    private static ProblemDetails NotJson() => new()
    {
        Status = StatusCodes.Status415UnsupportedMediaType,
        Title = "Unsupported media type",
        Detail = "The body is not said to be JSON; accepted: Content-Type: application/json",
    };
}
