using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore.Grpc;

/// <summary>
/// A refusal as gRPC has it: a response of headers only. The stable code is in <c>agentkey-code</c>, the whole problem as
/// JSON in <c>agentkey-problem-bin</c>.
/// </summary>
internal static class GrpcRefusal
{
    public const string CodeHeader = "agentkey-code";

    public const string ProblemHeader = "agentkey-problem-bin";

    public static void Write(HttpResponse response, ProblemDetails problem, string code)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcCalls.ContentType;
        response.Headers[GrpcCalls.StatusHeader] = ((int)StatusOf(problem.Status!.Value, code)).ToString(CultureInfo.InvariantCulture);
        // Percent-encoded by the protocol, which leaves spaces alone.
        response.Headers["grpc-message"] = Uri.EscapeDataString(problem.Detail ?? problem.Title!).Replace("%20", " ", StringComparison.Ordinal);
        response.Headers[CodeHeader] = code;
        response.Headers[ProblemHeader] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.ProblemDetails));
    }

    private static GrpcStatus StatusOf(int status, string code) => (status, code) switch
    {
        (_, "budget_exhausted") or (StatusCodes.Status429TooManyRequests, _) => GrpcStatus.ResourceExhausted,
        (StatusCodes.Status400BadRequest, _) => GrpcStatus.InvalidArgument,
        (StatusCodes.Status401Unauthorized, _) => GrpcStatus.Unauthenticated,
        (StatusCodes.Status403Forbidden, _) => GrpcStatus.PermissionDenied,
        (StatusCodes.Status404NotFound, _) => GrpcStatus.NotFound,
        (StatusCodes.Status409Conflict, _) => GrpcStatus.AlreadyExists,
        (StatusCodes.Status503ServiceUnavailable, _) => GrpcStatus.Unavailable,
        _ => GrpcStatus.Internal,
    };
}
