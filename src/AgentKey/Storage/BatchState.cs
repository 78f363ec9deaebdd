namespace AgentKey.Storage;

/// <summary>What a store locked and loaded for one batch, or remembered and verifies before it saves the decision.</summary>
public sealed record BatchState
{
    /// <summary>The store's time, read after every lock was held; of remembered rows one that is not later.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The locked rows that exist, in any order.</summary>
    public required IReadOnlyList<StoredKey> Keys { get; init; }

    /// <summary>The locked rows of the budgets table, in any order.</summary>
    public required IReadOnlyList<StoredExtraBudget> Budgets { get; init; }

    /// <summary>The ledger entries that the lookups asked for.</summary>
    public required IReadOnlyList<LedgerEntry> Entries { get; init; }

    /// <summary>The slices of the holds that were asked for.</summary>
    public required IReadOnlyList<HoldSlice> Holds { get; init; }

    /// <summary>The budgets whose expired slices were loaded, because an earlier decision of this batch needed them.</summary>
    public IReadOnlySet<string> ExpiredOf { get; init; } = new HashSet<string>();

    /// <summary>All slices of those budgets whose expiry is not after <see cref="Now"/>.</summary>
    public IReadOnlyList<HoldSlice> Expired { get; init; } = [];

    /// <summary>The largest total that the whole-cent column can hold, in cents.</summary>
    public required long LargestUsedCents { get; init; }
}
