namespace AgentKey.Storage;

/// <summary>What a store has to lock and load for one batch.</summary>
public sealed record BatchRequest
{
    /// <summary>The ids of the rows to lock, distinct. Ids that do not exist are simply not found.</summary>
    public required IReadOnlyList<string> KeyIds { get; init; }

    /// <summary>The owners whose rows of the budgets table are to be locked, after the keys; distinct.</summary>
    public required IReadOnlyList<string> BudgetOwners { get; init; }

    /// <summary>
    /// The operations whose ledger entries the decision needs: the entry that bears the operation id, and the void or
    /// settle that refers to it. Empty on the usual path.
    /// </summary>
    public required IReadOnlyList<OperationRef> Lookups { get; init; }

    /// <summary>The holds whose slices the decision needs. Empty on the usual path.</summary>
    public required IReadOnlyList<OperationRef> Holds { get; init; }

    /// <summary>
    /// Those of the owners whose rows another transaction had locked before: where one of them still is, the batch fails at
    /// once, with <see cref="StoreUnavailableException.LockedOwners"/>. Empty on the usual path. A store without locks of rows
    /// has nothing to do with it.
    /// </summary>
    public IReadOnlyCollection<string> LockedBefore { get; init; } = [];
}
