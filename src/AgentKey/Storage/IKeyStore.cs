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

    /// <summary>Creates what is missing of the schema and changes nothing that exists. Safe to run from several processes at once.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>The store's time.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>Inserts a row.</summary>
    /// <returns>The id of the new row, as text.</returns>
    Task<string> InsertAsync(KeyInsert key, CancellationToken cancellationToken);

    /// <summary>The id of the key that a secret belongs to, dead or alive.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    Task<string?> FindIdAsync(SecretHash hash, CancellationToken cancellationToken);

    /// <summary>One row by id. An id that cannot be one of this table's (<c>12abc</c>) is not found.</summary>
    Task<StoredKeyDetails?> FindAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>Rows ordered by id.</summary>
    Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken);

    /// <summary>Marks a row as revoked, once: a second call keeps the first instant.</summary>
    /// <param name="keyId">The row.</param>
    /// <param name="accountId">When given, only a row of this account is found.</param>
    /// <param name="cancellationToken">Cancels the wait, not a statement that has committed.</param>
    /// <returns>Whether a row was found.</returns>
    Task<bool> RevokeAsync(string keyId, string? accountId, CancellationToken cancellationToken);

    /// <summary>The ledger of one key, oldest first.</summary>
    IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one batch as one durable transaction: locks and loads the rows in id order, reads the time once all locks
    /// are held, calls <paramref name="decide"/> exactly once, saves what it returns and commits.
    /// </summary>
    /// <param name="request">What to lock and load.</param>
    /// <param name="decide">Pure and quick; when it throws, the transaction is rolled back and the exception passes through.</param>
    /// <param name="cancellationToken">Cancels the wait; a commit that was sent may still have happened.</param>
    Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken);
}
