using AgentKey.Telemetry;

namespace AgentKey.Storage;

/// <summary>What a store has to save, in the same transaction, before it commits.</summary>
public sealed record BatchChanges
{
    /// <summary>The rows that changed.</summary>
    public IReadOnlyList<KeyChange> Keys { get; init; } = [];

    /// <summary>The rows of the budgets table that changed.</summary>
    public IReadOnlyList<ExtraBudgetChange> Budgets { get; init; } = [];

    /// <summary>The ledger entries to append, in order.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get; init; } = [];

    /// <summary>Slices to insert: of holds whose entry is among <see cref="Entries"/>, so that none of them can exist once those in <see cref="HoldsClosed"/> are gone.</summary>
    public IReadOnlyList<HoldSlice> HoldsTaken { get; init; } = [];

    /// <summary>Slices to give their new expiry.</summary>
    public IReadOnlyList<HoldSlice> HoldsExtended { get; init; } = [];

    /// <summary>Slices to delete, before any is inserted: a new hold may have the id of an expired one whose entry was pruned.</summary>
    public IReadOnlyList<HoldSlice> HoldsClosed { get; init; } = [];

    /// <summary>Events to put into the outbox; one whose id is there already adds its count.</summary>
    public IReadOnlyList<StoredEvent> Events { get; init; } = [];

    /// <summary>How full the budgets are afterwards, when that is measured. Nothing to save.</summary>
    internal IReadOnlyList<BudgetLevel> Levels { get; init; } = [];

    /// <summary>
    /// When not empty, nothing is to be saved yet: load the expired slices of these budgets and decide again. Money is
    /// taken back from expired holds only when a charge would fail without it, so that the usual path never looks.
    /// </summary>
    public IReadOnlyCollection<string> NeedsExpiredOf { get; init; } = [];
}
