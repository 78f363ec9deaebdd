using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentKey.AspNetCore.Grpc;

/// <summary>Tells gRPC from other HTTP. Needs no gRPC package: the protocol is a content type and a few headers.</summary>
internal static class GrpcCalls
{
    public const string ContentType = "application/grpc";

    public const string StatusHeader = "grpc-status";

    private const string TimeoutHeader = "grpc-timeout";

    /// <summary>Whether the client speaks gRPC, and would take a problem for a broken server. gRPC-Web does not count: its status is in the body.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    /// <summary>The status of a response in HTTP's terms, whatever it is in gRPC's, where all of them are 200.</summary>
    public static int HttpStatusOf(HttpContext context)
    {
        if (!IsGrpc(context.Request))
        {
            return context.Response.StatusCode;
        }

        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers is not null && trailers.TryGetValue(StatusHeader, out var trailer) ? trailer : context.Response.Headers[StatusHeader];
        return int.TryParse((string?)text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? HttpStatusOf((GrpcStatus)status, context.Request)
            : context.Response.StatusCode;
    }

    // What Google's APIs map them to. Only whose fault it was matters here.
    private static int HttpStatusOf(GrpcStatus status, HttpRequest request) => status switch
    {
        GrpcStatus.Ok => StatusCodes.Status200OK,
        GrpcStatus.Cancelled => StatusCodes.Status499ClientClosedRequest,
        // A deadline is as short as the client likes, and handlers hand it on: who sets one has left when it passes anywhere.
        GrpcStatus.DeadlineExceeded when request.Headers.ContainsKey(TimeoutHeader) => StatusCodes.Status499ClientClosedRequest,
        GrpcStatus.Unknown or GrpcStatus.Internal or GrpcStatus.DataLoss => StatusCodes.Status500InternalServerError,
        GrpcStatus.Unimplemented => StatusCodes.Status501NotImplemented,
        GrpcStatus.Unavailable => StatusCodes.Status503ServiceUnavailable,
        GrpcStatus.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status400BadRequest,
    };
}
