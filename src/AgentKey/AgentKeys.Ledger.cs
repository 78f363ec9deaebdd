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

    /// <summary>Examines the store: its tables, its indexes and every row. Changes nothing, and takes its time on a large table.</summary>
    /// <returns>What was found, the worst first; empty when all is well.</returns>
    /// <exception cref="NotSupportedException">The store cannot examine itself.</exception>
    public Task<IReadOnlyList<StoreFinding>> ExamineAsync(CancellationToken cancellationToken = default) => _store is IStoreExaminer examiner
        ? examiner.ExamineAsync(cancellationToken)
        : throw new NotSupportedException($"{_store.GetType().Name} cannot examine itself.");

    /// <summary>
    /// Removes ledger entries older than <paramref name="before"/>, except what is still needed to recompute every
    /// budget and to settle open holds. A removed entry's operation id is forgotten: a retry that comes later than that
    /// would be charged again, so keep at least as long as anyone may retry.
    /// </summary>
    /// <returns>How many entries were removed.</returns>
    public Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        _store.PruneLedgerAsync(before, cancellationToken);

    /// <summary>Removes the ledger's months that are older than <see cref="AgentKeysOptions.LedgerMonths"/>, by the store's clock.</summary>
    /// <inheritdoc cref="PruneLedgerAsync(DateTimeOffset, CancellationToken)"/>
    public async Task<long> PruneLedgerAsync(CancellationToken cancellationToken = default)
    {
        var now = (await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false)).UtcDateTime;
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return await PruneLedgerAsync(month.AddMonths(-_options.LedgerMonths), cancellationToken).ConfigureAwait(false);
    }
}
