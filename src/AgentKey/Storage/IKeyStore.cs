using AgentKey.Keys;

namespace AgentKey.Storage;

/// <summary>
/// The keys table and its ledger. A store moves rows and keeps transactions; it decides nothing about money.
/// </summary>
/// <remarks>
/// Implementations are safe for use from several threads, and several processes may work on one database. Every method
/// throws <see cref="StoreUnavailableException"/> when the database cannot be reached or does not answer, and
/// <see cref="SchemaException"/> when the table is not there or not of the expected form.
/// </remarks>
public interface IKeyStore : IAsyncDisposable
{
    /// <summary>How many batches may usefully be under way at once.</summary>
    int Lanes { get; }

    /// <summary>The events that wait for delivery.</summary>
    IEventOutbox Events { get; }

    /// <summary>Creates what is missing of the schema and changes nothing that exists. Safe to run from several processes at once.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>The store's time.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>Inserts a row.</summary>
    /// <returns>The id of the new row, as text; <see langword="null"/> when there is a row with the same external subject.</returns>
    Task<string?> InsertAsync(KeyInsert key, CancellationToken cancellationToken);

    /// <summary>A key, dead or alive, and the keys above it: at most <see cref="KeyChain.MaxLength"/> links are followed.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    Task<KeyChain?> FindChainAsync(KeyLookup lookup, CancellationToken cancellationToken);

    /// <summary>The ids of all keys below a key, those furthest down first.</summary>
    Task<IReadOnlyList<string>> FindDescendantsAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>
    /// Rows by id, in no order and read at one time. What is not there is left out, as is an id that cannot be one of
    /// this table's (<c>12abc</c>).
    /// </summary>
    Task<IReadOnlyList<StoredKeyDetails>> FindAllAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken);

    /// <summary>One row by id, as <see cref="FindAllAsync"/> finds it.</summary>
    async Task<StoredKeyDetails?> FindAsync(string keyId, CancellationToken cancellationToken) =>
        (await FindAllAsync([keyId], cancellationToken).ConfigureAwait(false)) is [var row] ? row : null;

    /// <summary>Rows ordered by id.</summary>
    Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken);

    /// <summary>Gives a key that is not revoked a new secret. The secret before an earlier rotation ends at once.</summary>
    /// <returns>Whether there is such a key.</returns>
    Task<bool> RotateAsync(KeyRotation rotation, CancellationToken cancellationToken);

    /// <summary>The rows of the budgets table of one owner, by name.</summary>
    Task<IReadOnlyList<StoredExtraBudget>> ListBudgetsAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts a row into the budgets table, or changes its cap; with another period it starts anew. A new row begins at a
    /// time after that of every batch that did not see it.
    /// </summary>
    Task SaveBudgetAsync(StoredExtraBudget budget, CancellationToken cancellationToken);

    /// <summary>Removes a row from the budgets table. What the ledger says of it stays.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveBudgetAsync(string owner, string name, CancellationToken cancellationToken);

    /// <summary>Raises a cap until an instant; a raise that is in force is replaced.</summary>
    /// <returns>Whether there is such a budget.</returns>
    Task<bool> RaiseAsync(BudgetRaise raise, CancellationToken cancellationToken);

    /// <summary>Ledger entries, oldest first.</summary>
    IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>A page of the ledger, newest first.</summary>
    Task<IReadOnlyList<LedgerEntry>> ReadLedgerPageAsync(LedgerPageQuery query, CancellationToken cancellationToken);

    /// <summary>Adds up the ledger by day and group; days in order, and within a day the groups that spent most first.</summary>
    Task<IReadOnlyList<SpendingRow>> ReadSpendingAsync(SpendingQuery query, CancellationToken cancellationToken);

    /// <summary>Adds up the ledger.</summary>
    Task<IReadOnlyList<UsageRow>> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>Recomputes every budget from the ledger, in one snapshot.</summary>
    /// <returns>What does not add up, the earliest first for each budget; empty when all does.</returns>
    Task<IReadOnlyList<LedgerDiscrepancy>> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes old ledger entries, except the last one of each budget and those of open holds, so that every budget can
    /// still be recomputed from what is left.
    /// </summary>
    /// <returns>How many were removed.</returns>
    Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one batch as one durable transaction: locks and loads the rows in id order, reads the time once all locks
    /// are held, calls <paramref name="decide"/>, saves what it returns and commits. When the decision asks for expired
    /// holds, loads them and calls it again. A store may decide on rows and a time that it remembers, if it saves the
    /// decision only after it has found, with the rows locked, that they say the same and that at the time of then the
    /// decision would be the same; else it decides again.
    /// </summary>
    /// <param name="request">What to lock and load.</param>
    /// <param name="decide">Pure and quick. It may be called several times, and its last decision counts; when it throws, the transaction is rolled back and the exception passes through.</param>
    /// <param name="cancellationToken">Cancels the wait; a commit that was sent may still have happened.</param>
    /// <exception cref="StoreUnavailableException">Nobody answered, or with <see cref="StoreUnavailableException.LockedOwners"/> somebody else has locked some of the rows.</exception>
    Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken);

    /// <summary>Begins a series of batches, for somebody who has several.</summary>
    IBatchSeries BeginSeries() => new SingleBatches(this);
}
