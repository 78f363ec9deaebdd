using AgentKey.Storage;

namespace AgentKey;

/// <content>What was charged, to whom, for what, and whether it adds up.</content>
public sealed partial class AgentKeys
{
    /// <summary>What was ever charged to a key and returned to it, oldest first.</summary>
    public IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(string keyId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return ReadLedgerAsync(new LedgerQuery { KeyId = keyId }, cancellationToken);
    }

    /// <summary>Ledger entries, oldest first: e.g. everything that was charged since a secret leaked.</summary>
    public IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(LedgerQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _store.ReadLedgerAsync(query, cancellationToken);
    }

    /// <summary>Adds up the ledger by key, scope, tool or day.</summary>
    public Task<IReadOnlyList<UsageRow>> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _store.ReadUsageAsync(query, cancellationToken);
    }

    /// <summary>Recomputes every budget from the ledger, in one snapshot of the store, while calls go on.</summary>
    /// <returns>What does not add up; empty when all does.</returns>
    public Task<IReadOnlyList<LedgerDiscrepancy>> VerifyAsync(CancellationToken cancellationToken = default) =>
        _store.VerifyAsync(cancellationToken);

    /// <summary>
    /// Removes ledger entries older than <paramref name="before"/>, except what is still needed to recompute every
    /// budget and to settle open holds. A removed entry's operation id is forgotten: a retry that comes later than that
    /// would be charged again, so keep at least as long as anyone may retry.
    /// </summary>
    /// <returns>How many entries were removed.</returns>
    public Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        _store.PruneLedgerAsync(before, cancellationToken);
}
