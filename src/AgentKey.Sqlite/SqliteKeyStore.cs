using System.Runtime.CompilerServices;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The embedded store: one SQLite file in WAL mode, durable commits, safe for several processes.</summary>
/// <remarks>
/// The clock that decides is SQLite's own, read inside the transaction. SQLite works synchronously: a call occupies its
/// thread, for the busy time-out at most. Safe for use from any number of threads.
/// </remarks>
public sealed class SqliteKeyStore : IKeyStore, IStoreExaminer
{
    private readonly SqliteFile _file;
    private readonly SqliteKept<SqliteBatchWriter> _writer;
    private readonly SqliteKept<SqliteKeyReader> _reader;

    private SqliteKeyStore(SqliteFile file)
    {
        _file = file;
        _writer = new(file, connection => new SqliteBatchWriter(connection));
        _reader = new(file, connection => new SqliteKeyReader(connection));
    }

    /// <inheritdoc/>
    public int Lanes => 1;

    /// <inheritdoc/>
    public IEventOutbox Events => new SqliteEventOutbox(this);

    /// <summary>Opens a store. The file is first touched by the first call; only <see cref="MigrateAsync"/> creates it.</summary>
    /// <param name="path">The file, relative to the current folder or absolute.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <exception cref="InvalidFieldException">It is <c>:memory:</c>, a <c>file:</c> URI or a connection string.</exception>
    public static SqliteKeyStore Open(string path, SqliteKeyStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new SqliteKeyStore(new SqliteFile(SqlitePath.Require(path), (options ?? new SqliteKeyStoreOptions()).BusyTimeout));
    }

    /// <inheritdoc/>
    public Task MigrateAsync(CancellationToken cancellationToken) => UseAsync(
        connection =>
        {
            SqliteSchema.Migrate(connection);
            return true;
        },
        cancellationToken,
        mayCreate: true);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreFinding>> ExamineAsync(CancellationToken cancellationToken) =>
        UseAsync(SqliteExamination.Run, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => UseAsync(
        connection => connection.Query($"SELECT {SqliteTime.Now}", row => SqliteTime.Read(row, 0))[0], cancellationToken);

    /// <inheritdoc/>
    public Task<string?> InsertAsync(KeyInsert key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return UseAsync(connection => SqliteKeyStatements.Insert(connection, key), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KeyChain?> FindChainAsync(KeyLookup lookup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        return _reader.UseAsync(reader => reader.FindChain(lookup), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindDescendantsAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return UseAsync(connection => SqliteKeyStatements.FindDescendants(connection, keyId), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> FindAllAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        return _reader.UseAsync(reader => reader.FindAll(keyIds), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return UseAsync(connection => SqliteKeyStatements.List(connection, query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RotateAsync(KeyRotation rotation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        return UseAsync(connection => SqliteKeyStatements.Rotate(connection, rotation), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredExtraBudget>> ListBudgetsAsync(string owner, CancellationToken cancellationToken) =>
        UseAsync(connection => SqliteBudgetStatements.List(connection, owner), cancellationToken);

    /// <inheritdoc/>
    public Task SaveBudgetAsync(StoredExtraBudget budget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return UseAsync(
            connection =>
            {
                SqliteBudgetStatements.Save(connection, budget);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveBudgetAsync(string owner, string name, CancellationToken cancellationToken) =>
        UseAsync(connection => SqliteBudgetStatements.Remove(connection, owner, name), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RaiseAsync(BudgetRaise raise, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raise);
        return UseAsync(connection => SqliteBudgetStatements.Raise(connection, raise), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var after = 0L;
        while (true)
        {
            var page = await UseAsync(connection => SqliteLedgerStatements.Read(connection, query, after), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
                after = entry.Sequence;
            }

            if (page.Count < SqliteLedgerStatements.Page)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerPageAsync(LedgerPageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return UseAsync(connection => SqliteLedgerStatements.ReadPage(connection, query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SpendingRow>> ReadSpendingAsync(SpendingQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return UseAsync(connection => SqliteLedgerStatements.AddUpDays(connection, query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageRow>> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return UseAsync(connection => SqliteLedgerStatements.AddUp(connection, query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerDiscrepancy>> VerifyAsync(CancellationToken cancellationToken) =>
        UseAsync(SqliteLedgerStatements.Verify, cancellationToken);

    /// <inheritdoc/>
    public Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        UseAsync(connection => SqliteLedgerStatements.Prune(connection, before), cancellationToken);

    /// <inheritdoc/>
    public Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        return _writer.UseAsync(
            writer =>
            {
                writer.Run(request, decide);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
    }

    internal Task<T> UseAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancellationToken, bool mayCreate = false) =>
        Task.Run(
            () => _file.Run(() =>
            {
                using var connection = _file.Connect(mayCreate);
                return action(connection);
            }),
            cancellationToken);
}
