using AgentKey.Budgets;

namespace AgentKey.Charging;

/// <summary>
/// What was spent in the last hours or days, in slices of a sixtieth of the window. Money leaves the window when its
/// whole slice has, so in no span of the window's length can more than the cap be spent; it may come back one slice late.
/// </summary>
internal sealed class RollingWindow
{
    private readonly long _sliceTicks;
    private readonly long _windowTicks;
    private readonly SortedDictionary<long, long> _slices = [];

    /// <summary>Reads the stored slices.</summary>
    /// <exception cref="InvalidFieldException">The text is not of our making.</exception>
    public RollingWindow(BudgetPeriod period, string? stored)
    {
        _windowTicks = period.Window.Ticks;
        _sliceTicks = period.Slice.Ticks;
        foreach (var (slice, amount) in TimedAmounts.Read(stored, "slice"))
        {
            _slices[slice] = amount;
        }
    }

    /// <summary>Adds an amount; a negative one, which another program took back, leaves the latest slices first.</summary>
    public void Add(long microCents, DateTimeOffset now)
    {
        if (microCents > 0)
        {
            var slice = SliceOf(now);
            _slices[slice] = checked(_slices.GetValueOrDefault(slice) + microCents);
            return;
        }

        foreach (var slice in _slices.Keys.Reverse().ToArray())
        {
            microCents += TakeFrom(slice, -microCents);
        }
    }

    /// <summary>Drops the slices that have left the window.</summary>
    /// <returns>What was in them, in micro-cents.</returns>
    public long MoveTo(DateTimeOffset now)
    {
        var gone = _slices.Keys.Where(slice => LeavesAt(slice) <= now.UtcTicks).ToArray();
        return gone.Sum(slice => TakeFrom(slice, long.MaxValue));
    }

    /// <summary>When so much will have left the window, if nothing more comes in; null when there is not so much in it.</summary>
    public DateTimeOffset? FreesAt(long microCents)
    {
        foreach (var (slice, amount) in _slices)
        {
            microCents -= amount;
            if (microCents <= 0)
            {
                return new DateTimeOffset(LeavesAt(slice), TimeSpan.Zero);
            }
        }

        return null;
    }

    /// <summary>Takes back from the slice of an earlier instant.</summary>
    /// <returns>What was still there, in micro-cents.</returns>
    public long Take(long microCents, DateTimeOffset spentAt) => TakeFrom(SliceOf(spentAt), microCents);

    /// <summary>The form that the constructor reads.</summary>
    public override string ToString() => TimedAmounts.Write(_slices.Select(slice => (slice.Key, slice.Value)));

    private long SliceOf(DateTimeOffset instant) => instant.UtcTicks / _sliceTicks;

    private long LeavesAt(long slice) => ((slice + 1) * _sliceTicks) + _windowTicks;

    private long TakeFrom(long slice, long most)
    {
        var there = _slices.GetValueOrDefault(slice);
        var taken = Math.Min(there, most);
        if (taken == there)
        {
            _slices.Remove(slice);
        }
        else
        {
            _slices[slice] = there - taken;
        }

        return taken;
    }
}
