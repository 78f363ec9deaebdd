namespace AgentKey.Storage;

/// <summary>What a store has to save, in the same transaction, before it commits.</summary>
/// <param name="Keys">The rows whose money changed.</param>
/// <param name="Entries">The ledger entries to append, in order.</param>
public sealed record BatchChanges(IReadOnlyList<KeyChange> Keys, IReadOnlyList<LedgerEntry> Entries)
{
    /// <summary>Whether there is nothing to save.</summary>
    public bool IsEmpty => Keys.Count == 0 && Entries.Count == 0;
}
