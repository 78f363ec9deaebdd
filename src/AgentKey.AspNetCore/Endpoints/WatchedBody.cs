using AgentKey.AspNetCore.Grpc;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// A request's body that remembers how it was read: a client that breaks it off chooses the moment, as one that leaves
/// does. Belongs to one request.
/// </summary>
internal sealed class WatchedBody : Stream
{
    private readonly Stream _source;
    private readonly GrpcFraming? _framing;
    private readonly long? _length;
    private long _read;

    private WatchedBody(Stream source, GrpcFraming? framing, long? length)
    {
        _source = source;
        _framing = framing;
        _length = length;
    }

    /// <summary>Whether the client broke it off: it could not be read, was too large or too slow, or ended inside a message.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether its end was reached.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Whether anything was read of it.</summary>
    public bool IsBegun => _read > 0;

    public override bool CanRead => _source.CanRead;

    public override bool CanSeek => _source.CanSeek;

    public override bool CanWrite => false;

    public override long Length => _source.Length;

    public override long Position
    {
        get => _source.Position;
        set => _source.Position = value;
    }

    /// <summary>Watches the rest of a request's body.</summary>
    public static WatchedBody Of(HttpRequest request)
    {
        var body = new WatchedBody(request.Body, GrpcCalls.IsGrpc(request) ? new GrpcFraming() : null, request.ContentLength);
        request.Body = body;
        return body;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Note(buffer.AsSpan(offset, count), _source.Read(buffer, offset, count));
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return Note(buffer.Span, read);
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => _source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Note(ReadOnlySpan<byte> buffer, int read)
    {
        _framing?.Take(buffer[..read]);
        // Whoever reads into nothing only waits for more.
        if (read == 0 && buffer.Length > 0)
        {
            IsRead = true;
            IsBroken |= _framing is { IsInsideMessage: true };
        }

        // Whoever knows how long it is need not look for its end.
        _read += read;
        IsRead |= _read == _length;

        return read;
    }
}
