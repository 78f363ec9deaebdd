namespace AgentKey.Charging;

/// <summary>
/// What a carved key drew after the begin of its period, and when: what comes back of it belongs to the periods that the
/// keys above were in at that time. The rest of what it has drawn, it drew at the begin.
/// </summary>
internal sealed class LateDraws
{
    /// <summary>So that a key that draws for every call keeps a row of bounded length.</summary>
    public const int Most = 16;

    private readonly List<(DateTimeOffset At, long MicroCents)> _draws = [];

    /// <summary>Reads the stored draws.</summary>
    /// <exception cref="InvalidFieldException">The text is not of our making.</exception>
    public LateDraws(string? stored)
    {
        const string time = "ticks";
        foreach (var (ticks, amount) in TimedAmounts.Read(stored, time))
        {
            _draws.Add(ticks <= DateTimeOffset.MaxValue.Ticks ? (new DateTimeOffset(ticks, TimeSpan.Zero), amount) : throw TimedAmounts.Malformed(time));
        }
    }

    public void Add(DateTimeOffset now, long microCents)
    {
        var earlier = _draws.Count > 0 && _draws[^1].At == now ? TakeLatest(long.MaxValue)!.Value.MicroCents : 0;
        _draws.Add((now, checked(earlier + microCents)));
        if (_draws.Count > Most)
        {
            // As if both were drawn at the earlier time: what belongs to a period that is over comes back to nobody.
            _draws[1] = (_draws[0].At, checked(_draws[0].MicroCents + _draws[1].MicroCents));
            _draws.RemoveAt(0);
        }
    }

    /// <summary>Takes the latest draw back, or as much of it as is asked for.</summary>
    /// <returns>When it was drawn, and how much of it comes back; <see langword="null"/> when there is none.</returns>
    public (DateTimeOffset At, long MicroCents)? TakeLatest(long most)
    {
        if (_draws.Count == 0)
        {
            return null;
        }

        var (at, drawn) = _draws[^1];
        var taken = Math.Min(drawn, most);
        _draws.RemoveAt(_draws.Count - 1);
        if (taken < drawn)
        {
            _draws.Add((at, drawn - taken));
        }

        return (at, taken);
    }

    public void Clear() => _draws.Clear();

    /// <summary>The form that the constructor reads; <see langword="null"/> for none.</summary>
    public override string? ToString() => _draws.Count == 0
        ? null
        : TimedAmounts.Write(_draws.Select(draw => (draw.At.UtcTicks, draw.MicroCents)));
}
