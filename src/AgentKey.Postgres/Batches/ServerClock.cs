namespace AgentKey.Postgres.Batches;

/// <summary>
/// The server's time without asking it: never later than it really is, and earlier by what passed between its being read
/// and heard (an answer's way, at times a commit's), and by at most 10 milliseconds.
/// </summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class ServerClock(TimeProvider time)
{
    // This machine's clock may run faster than the server's, by far less than a thousandth.
    private const int Caution = 1000;

    private static readonly TimeSpan MostSinceRead = TimeSpan.FromSeconds(10);

    private DateTimeOffset? _read;
    private long _readAt;

    /// <summary>Null when the server has not told its time for a while.</summary>
    public DateTimeOffset? Now
    {
        get
        {
            if (_read is not { } read || time.GetElapsedTime(_readAt) is var elapsed && elapsed > MostSinceRead)
            {
                return null;
            }

            var now = read + elapsed - (elapsed / Caution);
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>The server has just told its time. An answer that was longer under way than another says nothing new.</summary>
    public void Read(DateTimeOffset now)
    {
        if (Now is not { } known || now > known)
        {
            _read = now;
            _readAt = time.GetTimestamp();
        }
    }

    /// <summary>What was known is wrong, or the server's clock was set back.</summary>
    public void Reset() => _read = null;
}
