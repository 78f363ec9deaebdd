using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>The slices of holds as a batch sees them: those that were loaded, and what became of them.</summary>
internal sealed class OpenHolds
{
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _open = [];
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _saved = [];
    private readonly Dictionary<(OperationRef Hold, string Budget), HoldSlice> _closed = [];

    public OpenHolds(BatchState state)
    {
        foreach (var slice in state.Holds.Concat(state.Expired))
        {
            _open[IdOf(slice)] = slice;
        }
    }

    public IReadOnlyList<HoldSlice> Saved => [.. _saved.Values];

    public IReadOnlyList<HoldSlice> Closed => [.. _closed.Values];

    /// <summary>The slices of one hold that still have their money.</summary>
    public IReadOnlyList<HoldSlice> Of(OperationRef hold) => [.. _open.Values.Where(slice => IdOf(slice).Hold == hold)];

    /// <summary>Adds a slice, or gives it a new expiry.</summary>
    public void Save(HoldSlice slice)
    {
        _open[IdOf(slice)] = slice;
        _saved[IdOf(slice)] = slice;
    }

    /// <summary>Closes a slice, once.</summary>
    public bool TryClose(HoldSlice slice)
    {
        var id = IdOf(slice);
        if (!_open.Remove(id))
        {
            return false;
        }

        _saved.Remove(id);
        _closed[id] = slice;
        return true;
    }

    private static (OperationRef Hold, string Budget) IdOf(HoldSlice slice) => (new OperationRef(slice.KeyId, slice.OperationId), slice.Budget);
}
