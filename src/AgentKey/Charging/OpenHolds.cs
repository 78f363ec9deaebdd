using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>The slices of holds as a batch sees them: those that were loaded, and what became of them.</summary>
internal sealed class OpenHolds
{
    // By hold first: a batch of settlements asks once for each hold, and must not look through all of them each time.
    private readonly Dictionary<OperationRef, Dictionary<string, HoldSlice>> _open = [];
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _taken = [];
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _extended = [];
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _closed = [];

    public OpenHolds(BatchState state)
    {
        foreach (var slice in state.Holds.Concat(state.Expired))
        {
            Open(slice);
        }
    }

    public IReadOnlyList<HoldSlice> Taken => [.. _taken.Values];

    public IReadOnlyList<HoldSlice> Extended => [.. _extended.Values];

    public IReadOnlyList<HoldSlice> Closed => [.. _closed.Values];

    /// <summary>The slices of one hold that still have their money.</summary>
    public IReadOnlyList<HoldSlice> Of(OperationRef hold) => _open.TryGetValue(hold, out var slices) ? [.. slices.Values] : [];

    /// <summary>Adds a slice of a new hold.</summary>
    public void Take(HoldSlice slice)
    {
        Open(slice);
        _taken[(HoldOf(slice), slice.Budget)] = slice;
    }

    /// <summary>Gives an open slice another expiry.</summary>
    public void Extend(HoldSlice slice, DateTimeOffset expiresAt)
    {
        var later = slice with { ExpiresAt = expiresAt };
        var key = (HoldOf(slice), slice.Budget);
        Open(later);
        (_taken.ContainsKey(key) ? _taken : _extended)[key] = later;
    }

    /// <summary>Closes a slice, once.</summary>
    public bool TryClose(HoldSlice slice)
    {
        var hold = HoldOf(slice);
        if (!_open.TryGetValue(hold, out var slices) || !slices.Remove(slice.Budget))
        {
            return false;
        }

        var key = (hold, slice.Budget);
        _extended.Remove(key);
        if (!_taken.Remove(key))
        {
            // What this batch took itself is in no table yet.
            _closed[key] = slice;
        }

        return true;
    }

    private void Open(HoldSlice slice)
    {
        var hold = HoldOf(slice);
        if (!_open.TryGetValue(hold, out var slices))
        {
            _open.Add(hold, slices = new Dictionary<string, HoldSlice>(StringComparer.Ordinal));
        }

        slices[slice.Budget] = slice;
    }

    private static OperationRef HoldOf(HoldSlice slice) => new(slice.KeyId, slice.OperationId);
}
