using System.Globalization;
using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentKey.AspNetCore.Grpc;

/// <summary>Tells gRPC from other HTTP. Needs no gRPC package: the protocol is a content type and a few headers.</summary>
internal static class GrpcCalls
{
    public const string ContentType = "application/grpc";

    public const string StatusHeader = "grpc-status";

    private const string TimeoutHeader = "grpc-timeout";

    // The metadata of grpc-dotnet's endpoints.
    private const string MethodMetadata = "Grpc.AspNetCore.Server.GrpcMethodMetadata";

    /// <summary>
    /// Whether a refusal has to be gRPC's own, because its client would take a problem for a broken server. Not because the
    /// client says so: a refusal of gRPC is a 200 to everybody else.
    /// </summary>
    public static bool IsAnsweredAsGrpc(HttpContext context) =>
        IsGrpc(context.Request) && context.GetEndpoint()?.Metadata.Any(item => item.GetType().FullName == MethodMetadata) is true;

    /// <summary>
    /// Whether the client says that it speaks gRPC. gRPC-Web does not count, because its status is in the body, until its
    /// middleware has made gRPC of it: then a refusal is translated, too.
    /// </summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    /// <summary>The status of a response in HTTP's terms, whatever it is in gRPC's, where all of them are 200.</summary>
    public static int HttpStatusOf(HttpContext context, WatchedBody body, ToolCall call)
    {
        if (!IsGrpc(context.Request))
        {
            return context.Response.StatusCode;
        }

        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers is not null && trailers.TryGetValue(StatusHeader, out var trailer) ? trailer : context.Response.Headers[StatusHeader];
        return int.TryParse((string?)text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? HttpStatusOf((GrpcStatus)status, context, body, call)
            : context.Response.StatusCode;
    }

    // What Google's APIs map them to. Only whose fault it was matters here.
    private static int HttpStatusOf(GrpcStatus status, HttpContext context, WatchedBody body, ToolCall call) => status switch
    {
        GrpcStatus.Ok => StatusCodes.Status200OK,
        GrpcStatus.Cancelled => StatusCodes.Status499ClientClosedRequest,
        // A deadline is as short as the client likes, and handlers hand it on: who sets one has left when it passes anywhere.
        GrpcStatus.DeadlineExceeded when context.Request.Headers.ContainsKey(TimeoutHeader) => StatusCodes.Status499ClientClosedRequest,
        // A message that cannot be read looks like a bug of the method, and so does a refusal inside. Who sends several
        // messages, or has answers already and still sends, or cannot pay for the rest, chooses the moment.
        GrpcStatus.Unknown or GrpcStatus.Internal or GrpcStatus.DataLoss or GrpcStatus.Unimplemented
            when body.HasSeveralMessages || (context.Response.HasStarted && (!body.IsRead || IsRefusedInside(call))) => StatusCodes.Status499ClientClosedRequest,
        GrpcStatus.Unknown or GrpcStatus.Internal or GrpcStatus.DataLoss => StatusCodes.Status500InternalServerError,
        GrpcStatus.Unimplemented => StatusCodes.Status501NotImplemented,
        GrpcStatus.Unavailable => StatusCodes.Status503ServiceUnavailable,
        GrpcStatus.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status400BadRequest,
    };

    private static bool IsRefusedInside(ToolCall call) => call.InnerRefusal is { } refusal && ClientRefusals.Is(refusal);
}
