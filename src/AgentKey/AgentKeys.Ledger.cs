using AgentKey.Storage;

namespace AgentKey;

/// <content>What was charged, to whom, for what, and whether it adds up.</content>
public sealed partial class AgentKeys
{
    /// <summary>For how many days at least the ledger, and with it every operation id, is kept: as long as the shortest calendar month.</summary>
    public const int MinLedgerDays = 28;

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

    /// <summary>A page of the ledger, newest first.</summary>
    /// <exception cref="InvalidFieldException">The limit is out of range.</exception>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerPageAsync(LedgerPageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Limit is >= 1 and <= LedgerPageQuery.MaxLimit
            ? AskAsync(token => _store.ReadLedgerPageAsync(query, token), cancellationToken)
            : throw new InvalidFieldException("limit", "is out of range", $"1 to {LedgerPageQuery.MaxLimit}");
    }

    /// <summary>Adds up the ledger by day and by key, scope or tool. Takes its time on a large ledger that nobody has asked lately.</summary>
    /// <exception cref="InvalidFieldException">The grouping is not one of those, or the number of groups is out of range.</exception>
    public Task<IReadOnlyList<SpendingRow>> ReadSpendingAsync(SpendingQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.By is not (UsageGrouping.Key or UsageGrouping.Scope or UsageGrouping.Tool))
        {
            throw new InvalidFieldException("by", "is not a grouping within a day", "Key, Scope or Tool");
        }

        return query.Groups is >= 1 and <= SpendingQuery.MaxGroups
            ? _store.ReadSpendingAsync(query, cancellationToken)
            : throw new InvalidFieldException("groups", "is out of range", $"1 to {SpendingQuery.MaxGroups}");
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
    /// would be charged again, so keep at least as long as anyone may retry. What is removed is no longer in what
    /// <see cref="ReadUsageAsync"/> adds up.
    /// </summary>
    /// <returns>How many entries were removed.</returns>
    /// <exception cref="InvalidFieldException">The instant is less than <see cref="MinLedgerDays"/> days ago, by the store's clock.</exception>
    public async Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var latest = (await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false)).AddDays(-MinLedgerDays);
        return before <= latest
            ? await _store.PruneLedgerAsync(before, cancellationToken).ConfigureAwait(false)
            : throw new InvalidFieldException(
                "before", "would let retries be charged again", FormattableString.Invariant($"an instant at least {MinLedgerDays} days ago, now {latest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
    }

    /// <summary>Removes the ledger's months that are older than <see cref="AgentKeysOptions.LedgerMonths"/>, by the store's clock, as <see cref="PruneLedgerAsync(DateTimeOffset, CancellationToken)"/> does.</summary>
    /// <returns>How many entries were removed.</returns>
    public async Task<long> PruneLedgerAsync(CancellationToken cancellationToken = default)
    {
        var now = (await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false)).UtcDateTime;
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return await _store.PruneLedgerAsync(month.AddMonths(-_options.LedgerMonths), cancellationToken).ConfigureAwait(false);
    }
}
