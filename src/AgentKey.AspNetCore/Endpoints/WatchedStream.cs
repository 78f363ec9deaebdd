namespace AgentKey.AspNetCore.Endpoints;

/// <summary>The body that a handler reads, and that tells how it was read.</summary>
internal sealed class WatchedStream(Stream source, WatchedBody body, long? length) : Stream
{
    private long _read;

    public override bool CanRead => source.CanRead;

    public override bool CanSeek => source.CanSeek;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Note(buffer.AsSpan(offset, count), source.Read(buffer, offset, count));
        }
        catch (IOException)
        {
            body.Break();
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return Note(buffer.Span, read);
        }
        catch (IOException)
        {
            body.Break();
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Note(ReadOnlySpan<byte> buffer, int read)
    {
        body.Take(buffer[..read]);
        _read += read;

        // Whoever reads into nothing only waits for more, and whoever knows how long it is need not look for its end.
        if ((read == 0 && buffer.Length > 0) || _read == length)
        {
            body.End();
        }

        return read;
    }
}
