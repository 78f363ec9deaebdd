using AgentKey.AspNetCore.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// How the body of a request was read: a client that breaks it off chooses the moment, as one that leaves does. Belongs to
/// one request.
/// </summary>
internal sealed class WatchedBody
{
    private readonly GrpcFraming? _framing;

    private WatchedBody(GrpcFraming? framing) => _framing = framing;

    /// <summary>Whether the client broke it off: it could not be read, was too large or too slow, or ended inside a message.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether its end was reached.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Whether anything was read of it.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Whether it is gRPC's, and its second message has begun.</summary>
    public bool HasSeveralMessages => _framing is { HasSeveral: true };

    /// <summary>Watches the rest of a request's body.</summary>
    public static WatchedBody Of(HttpRequest request)
    {
        var features = request.HttpContext.Features;
        var pipe = features.Get<IRequestBodyPipeFeature>();

        // The server's own reader follows the body, and is made when it is asked for.
        var reader = ReferenceEquals(pipe, features.Get<IHttpRequestFeature>()) ? null : pipe?.Reader;
        var body = new WatchedBody(GrpcCalls.IsGrpc(request) ? new GrpcFraming() : null);
        request.Body = new WatchedStream(request.Body, body, request.ContentLength);

        // One that stays as it is, as that of gRPC-Web does, reads past the body.
        if (reader is not null && ReferenceEquals(features.Get<IRequestBodyPipeFeature>()?.Reader, reader))
        {
            features.Set<IRequestBodyPipeFeature>(new WatchedReader(reader, body));
        }

        return body;
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        IsBegun |= !bytes.IsEmpty;
        _framing?.Take(bytes);
    }

    public void End()
    {
        IsRead = true;
        IsBroken |= _framing is { IsInsideMessage: true };
    }

    public void Break() => IsBroken = true;
}
