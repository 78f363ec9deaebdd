namespace AgentKey.AspNetCore.Grpc;

/// <summary>Follows the messages of one direction of a call: a byte of flags, four of length, and as many as that.</summary>
internal sealed class GrpcFraming
{
    private const int HeaderLength = 5;

    private int _headerRead;
    private uint _left;
    private bool _hasOne;

    /// <summary>Whether the second one has begun.</summary>
    public bool HasSeveral { get; private set; }

    /// <summary>Whether more has to come.</summary>
    public bool IsInsideMessage => _headerRead > 0;

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = _headerRead < HeaderLength ? TakeHeader(bytes) : TakeContent(bytes);
            if (_headerRead == HeaderLength && _left == 0)
            {
                _headerRead = 0;
                _hasOne = true;
            }
        }
    }

    private ReadOnlySpan<byte> TakeHeader(ReadOnlySpan<byte> bytes)
    {
        // The flags are shifted out again by the length behind them.
        _left = (_left << 8) | bytes[0];
        _headerRead++;
        HasSeveral |= _hasOne;
        return bytes[1..];
    }

    private ReadOnlySpan<byte> TakeContent(ReadOnlySpan<byte> bytes)
    {
        var taken = (int)Math.Min(_left, (uint)bytes.Length);
        _left -= (uint)taken;
        return bytes[taken..];
    }
}
