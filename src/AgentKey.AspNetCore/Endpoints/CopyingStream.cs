namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Passes writes on and copies them, until the copy would become too large. Belongs to one response.</summary>
/// <param name="target">Where the writes go.</param>
/// <param name="limit">The most bytes to copy.</param>
/// <param name="starting">Called once, before anything goes there.</param>
internal sealed class CopyingStream(Stream target, int limit, Action starting) : Stream
{
    private MemoryStream? _copy = new();
    private Action? _starting = starting;

    /// <summary>Everything that was written; null when it was too much.</summary>
    public byte[]? Copied => _copy?.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
        Start();
        target.Flush();
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Start();
        return target.FlushAsync(cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Copy(buffer.AsSpan(offset, count));
        target.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Copy(buffer.Span);
        return target.WriteAsync(buffer, cancellationToken);
    }

    private void Copy(ReadOnlySpan<byte> written)
    {
        Start();
        if (_copy?.Length + written.Length <= limit)
        {
            _copy!.Write(written);
            return;
        }

        _copy = null;
    }

    private void Start()
    {
        _starting?.Invoke();
        _starting = null;
    }
}
