using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>One locked row during a batch: what was stored, and its money once an operation has opened it.</summary>
internal sealed class LockedKey(StoredKey stored)
{
    private DateTimeOffset? _lastUsedAt;

    public StoredKey Stored { get; } = stored;

    public BudgetState? Budget { get; set; }

    public bool IsChanged { get; private set; }

    public void Touch() => IsChanged = true;

    public void Used(DateTimeOffset now)
    {
        _lastUsedAt = now;
        IsChanged = true;
    }

    public KeyChange Close() => Budget!.Close(Stored.Id, _lastUsedAt);
}
