using System.Data;
using System.Runtime.CompilerServices;
using AgentKey.Postgres.Batches;
using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>The store for the Postgres that the application already has: its keys table, and a ledger beside it.</summary>
/// <remarks>
/// The database's clock decides, read after the locks are held; of a decision that was made on remembered rows it says
/// whether it still stands. Works through PgBouncer's transaction mode, except for
/// <see cref="MigrateAsync(CancellationToken)"/>, which needs a session of its own and says so. A call joins no ambient transaction: what
/// it did stays done when the host rolls back. Safe for use from any number of threads and processes.
/// </remarks>
public sealed class PostgresKeyStore : IKeyStore, IStoreExaminer
{
    private readonly PostgresConnections _connections;
    private readonly PostgresKeyStoreOptions _options;
    private readonly TableName _table;
    private readonly KeyColumns _columns;
    private readonly PostgresFaults _faults;
    private readonly RowMemory _memory = new(TimeProvider.System);

    // Read once from the catalog; the types of a table's columns do not change under a running program.
    private volatile PostgresSession? _session;

    // Callers that all start at once would otherwise each open a connection and read the same catalog.
    private readonly SemaphoreSlim _starting = new(1, 1);

    /// <summary>Uses a data source that somebody else owns.</summary>
    /// <exception cref="InvalidFieldException">A name is no identifier, two columns have one name, a setting is out of range, or the data source multiplexes.</exception>
    public PostgresKeyStore(NpgsqlDataSource dataSource, PostgresKeyStoreOptions? options = null)
        : this(dataSource, options, ownsDataSource: false)
    {
    }

    private PostgresKeyStore(NpgsqlDataSource dataSource, PostgresKeyStoreOptions? options, bool ownsDataSource)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        _connections = new PostgresConnections(dataSource, ownsDataSource);
        _options = options ?? new PostgresKeyStoreOptions();
        _table = TableName.Parse(_options.Table);
        _columns = _options.Columns.Copy();
        _faults = new PostgresFaults(dataSource.ConnectionString, _table);
        if (_options.Lanes is < 1 or > 64)
        {
            throw new InvalidFieldException(nameof(PostgresKeyStoreOptions.Lanes), "is out of range", "1 to 64");
        }
    }

    /// <inheritdoc/>
    public int Lanes => _options.Lanes;

    /// <inheritdoc/>
    public IEventOutbox Events => new PostgresEventOutbox(this);

    /// <summary>Opens a store of its own data source. Connects at the first call.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <exception cref="InvalidFieldException">The connection string cannot be read, or asks for multiplexing; its text is not repeated.</exception>
    public static PostgresKeyStore Open(string connectionString, PostgresKeyStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        try
        {
            return new PostgresKeyStore(PostgresConnections.CreateDataSource(connectionString), options, ownsDataSource: true);
        }
        catch (Exception malformed) when (malformed is ArgumentException and not InvalidFieldException or FormatException)
        {
            throw new InvalidFieldException("connection string", "cannot be read", "Host=...;Database=...;Username=...;Password=...");
        }
    }

    /// <inheritdoc/>
    public Task MigrateAsync(CancellationToken cancellationToken) => MigrateAsync(widens: false, cancellationToken);

    /// <summary>Executes what <see cref="PlanMigrationAsync"/> lists. Several processes take turns.</summary>
    /// <param name="widens">Whether INTEGER columns of cents become BIGINT: rewrites the table while everybody waits.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="SchemaException">The table has something that no migration may change, e.g. it is a view.</exception>
    /// <exception cref="InvalidFieldException">The connection leads to a pooler that gives each transaction another session.</exception>
    public Task MigrateAsync(bool widens, CancellationToken cancellationToken = default) => ConnectAsync(
        async connection =>
        {
            await Pooler.RequireOwnSessionAsync(connection, _connections, cancellationToken).ConfigureAwait(false);
            await new PostgresMigration(connection, _table, _columns).RunAsync(widens, cancellationToken).ConfigureAwait(false);
            await ForgetCatalogAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>What <see cref="MigrateAsync(bool, CancellationToken)"/> would do now, in order; empty when the schema is up to date. Executes nothing.</summary>
    /// <param name="widens">Whether INTEGER columns of cents become BIGINT.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="SchemaException">The table has something that no migration may change, e.g. it is a view.</exception>
    public Task<IReadOnlyList<MigrationStep>> PlanMigrationAsync(bool widens = false, CancellationToken cancellationToken = default) =>
        ConnectAsync(connection => MigrationPlan.MakeAsync(connection, _table, _columns, widens, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreFinding>> ExamineAsync(CancellationToken cancellationToken) =>
        ConnectAsync(connection => new PostgresExamination(connection, _table, _columns).RunAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// The statements that let a role charge, hold, settle and revoke, and no more: it cannot mint a key, raise a cap, or
    /// change or delete what the ledger says.
    /// </summary>
    /// <param name="role">An existing role of the database.</param>
    /// <param name="upgradesHashes">Whether it may also replace hashes, which <see cref="Keys.Peppers.UpgradeHashes"/> needs. Then it could make a key open to itself, unless plain hashes are refused.</param>
    /// <exception cref="InvalidFieldException">The role's name is no identifier.</exception>
    public IReadOnlyList<string> GrantsFor(string role, bool upgradesHashes = false) => RuntimeGrants.For(_table, _columns, role, upgradesHashes);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        QueryAsync(_ => new NpgsqlCommand(BatchSql.Now), row => PostgresRows.Instant(row, 0)!.Value, rows => rows[0], cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> InsertAsync(KeyInsert key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (await WriteAsync(session => session.Keys.Insert(key), row => row.GetString(0), cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    /// <inheritdoc/>
    public Task<KeyChain?> FindChainAsync(KeyLookup lookup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        return QueryAsync(
            session => session.Keys.FindChain(lookup),
            row => (Link: (row.GetString(0), PostgresRows.Text(row, 1)), Account: PostgresRows.Text(row, 2)),
            rows => KeyChain.Of([.. rows.Select(row => row.Link)], rows.LastOrDefault().Account),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindDescendantsAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return ListAsync(session => session.Keys.FindDescendants(keyId), row => row.GetString(0), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> FindAllAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyIds);
        // One round trip: every request that presents a key comes here.
        return ConnectAsync<IReadOnlyList<StoredKeyDetails>>(
            async (connection, session) =>
            {
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { session.Keys.FindAll(keyIds), session.Budgets.ListOf(keyIds) } };
                if (session.IsPrepared)
                {
                    await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
                }

                await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                var keys = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadMarkedDetails, cancellationToken).ConfigureAwait(false);
                var budgets = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadBudget, cancellationToken).ConfigureAwait(false);
                _memory.Learn(keys);
                return WithBudgets(keys.ConvertAll(key => key.Row), budgets);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return DetailsAsync(session => session.Keys.List(query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RotateAsync(KeyRotation rotation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        return WriteAnyAsync(session => session.Keys.Rotate(rotation), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredExtraBudget>> ListBudgetsAsync(string owner, CancellationToken cancellationToken) =>
        ListAsync(session => session.Budgets.List([owner]), PostgresRows.ReadBudget, cancellationToken);

    /// <inheritdoc/>
    public Task SaveBudgetAsync(StoredExtraBudget budget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return ConnectAsync(
            async (connection, session) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await session.Budgets.LockOut().ExecuteOnAsync(connection, cancellationToken).ConfigureAwait(false);
                if (await session.Budgets.Save(budget).ExecuteOnAsync(connection, cancellationToken).ConfigureAwait(false) == 0)
                {
                    throw new SchemaException($"{session.Table.Budgets.Sql} drops what is written to it; {MendingHint.Examine(_table)}");
                }

                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveBudgetAsync(string owner, string name, CancellationToken cancellationToken) =>
        WriteAnyAsync(session => session.Budgets.Remove(owner, name), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RaiseAsync(BudgetRaise raise, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raise);
        return WriteAnyAsync(
            session => raise.Name is null ? session.Keys.Raise(raise.Owner["key:".Length..], raise) : session.Budgets.Raise(raise), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        for (var after = 0L; ;)
        {
            var start = after;
            var page = await ListAsync(session => session.Ledger.Read(query, start), PostgresRows.ReadEntry, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
                after = entry.Sequence;
            }

            if (page.Count < LedgerSql.Page)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerPageAsync(LedgerPageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ListAsync(session => session.Ledger.ReadPage(query), PostgresRows.ReadEntry, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SpendingRow>> ReadSpendingAsync(SpendingQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ConnectAsync(
            (connection, session) => new PostgresSpending(
                connection, session.Spending, session.Rank, query with { KeyId = session.Table.IdType.Canonical(query.KeyId) }, cancellationToken).ReadAsync(),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageRow>> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ListAsync(session => session.Ledger.AddUp(query), row => new UsageRow(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerDiscrepancy>> VerifyAsync(CancellationToken cancellationToken) => ListAsync(
        session => session.Ledger.Verify(),
        row => new LedgerDiscrepancy(row.GetString(0), PostgresRows.Number(row, 1), row.GetInt64(2), row.GetInt64(3)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken) => ConnectAsync(
        async (connection, session) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await session.Spending.Forget(before).ExecuteOnAsync(connection, cancellationToken).ConfigureAwait(false);
            await session.Spending.RemoveForgotten().ExecuteOnAsync(connection, cancellationToken).ConfigureAwait(false);
            var removed = await session.Ledger.Prune(before).ListOnAsync(connection, row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return removed[0];
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        await using var series = BeginSeries();
        await series.RunAsync(request, decide, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IBatchSeries BeginSeries() => new PostgresBatchSeries(this);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private Task<T> ConnectAsync<T>(Func<NpgsqlConnection, Task<T>> action, CancellationToken cancellationToken) => _faults.RunAsync(async () =>
    {
        await using var connection = await _connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await WatchAsync(connection, () => action(connection)).ConfigureAwait(false);
    });

    private async Task<T> WatchAsync<T>(NpgsqlConnection connection, Func<Task<T>> action)
    {
        try
        {
            return await PostgresFaults.RunOnNewPlansAsync(action).ConfigureAwait(false);
        }
        catch when (connection.State != ConnectionState.Open)
        {
            _memory.ForgetAll();
            throw;
        }
    }

    // The session before the connection: a pool of one could not give a second one to read the catalog with.
    private async Task<T> ConnectAsync<T>(Func<NpgsqlConnection, PostgresSession, Task<T>> action, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(connection => action(connection, session), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keys with their further budgets, which are read in a second statement.</summary>
    private async Task<IReadOnlyList<StoredKeyDetails>> DetailsAsync(Func<PostgresSession, NpgsqlCommand> commandOf, CancellationToken cancellationToken)
    {
        var keys = await ListAsync(commandOf, PostgresRows.ReadDetails, cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0)
        {
            return keys;
        }

        string[] owners = [.. keys.Select(key => "key:" + key.Key.Id)];
        return WithBudgets(
            keys, await ListAsync(session => session.Budgets.List(owners), PostgresRows.ReadBudget, cancellationToken).ConfigureAwait(false));
    }

    private static IReadOnlyList<StoredKeyDetails> WithBudgets(IReadOnlyList<StoredKeyDetails> keys, IReadOnlyList<StoredExtraBudget> budgets)
    {
        if (budgets.Count == 0)
        {
            return keys;
        }

        var owned = budgets.ToLookup(budget => budget.Owner, StringComparer.Ordinal);
        return [.. keys.Select(key => key with { Budgets = [.. owned["key:" + key.Key.Id]] })];
    }

    /// <summary>Whether the catalog was read, so that a batch needs no more than one connection.</summary>
    internal bool IsStarted => _session is not null;

    /// <summary>A connection for somebody who keeps it. The catalog before it: a pool of one could not give a second one to read it with.</summary>
    internal async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await SessionAsync(cancellationToken).ConfigureAwait(false);
        return await _faults.RunAsync(() => _connections.OpenAsync(cancellationToken).AsTask()).ConfigureAwait(false);
    }

    /// <summary>Runs a batch on a connection that somebody keeps.</summary>
    internal async Task RunBatchOnAsync(
        NpgsqlConnection connection, BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken).ConfigureAwait(false);
        var batch = new PostgresBatch(connection, session.Table, session.Batch, _memory, session.IsPrepared);
        await _faults.RunAsync(() => WatchAsync(connection, async () =>
        {
            await batch.RunAsync(request, decide, cancellationToken).ConfigureAwait(false);
            return true;
        })).ConfigureAwait(false);
    }

    internal Task<IReadOnlyList<T>> ListAsync<T>(
        Func<PostgresSession, NpgsqlCommand> commandOf, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        QueryAsync<T, IReadOnlyList<T>>(commandOf, read, rows => rows, cancellationToken);

    /// <summary>Runs one statement that changes something.</summary>
    /// <returns>What it returned of the rows that it changed.</returns>
    internal Task<List<T>> WriteAsync<T>(
        Func<PostgresSession, NpgsqlCommand> commandOf, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => ConnectAsync(
        async (connection, session) =>
        {
            // At a higher level, which may be the database's default, it fails when somebody else has changed the row meanwhile.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            var rows = await commandOf(session).ListOnAsync(connection, read, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return rows;
        },
        cancellationToken);

    /// <summary>As <see cref="WriteAsync"/>.</summary>
    /// <returns>Whether it changed a row.</returns>
    internal async Task<bool> WriteAnyAsync(Func<PostgresSession, NpgsqlCommand> commandOf, CancellationToken cancellationToken) =>
        (await WriteAsync(commandOf, _ => true, cancellationToken).ConfigureAwait(false)).Count > 0;

    private Task<TResult> QueryAsync<TRow, TResult>(
        Func<PostgresSession, NpgsqlCommand> commandOf, Func<NpgsqlDataReader, TRow> read, Func<List<TRow>, TResult> resultOf, CancellationToken cancellationToken) =>
        ConnectAsync(
            async (connection, session) => resultOf(await commandOf(session).ListOnAsync(connection, read, cancellationToken).ConfigureAwait(false)),
            cancellationToken);

    private ValueTask<PostgresSession> SessionAsync(CancellationToken cancellationToken) =>
        _session is { } session ? new(session) : new(StartAsync(cancellationToken));

    private async Task<PostgresSession> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _session ??= await ReadCatalogAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Waits for whoever reads the catalog now: what was read before a migration must not be remembered after it.</summary>
    private async Task ForgetCatalogAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        _session = null;
        _starting.Release();
    }

    private async Task<PostgresSession> ReadCatalogAsync(CancellationToken cancellationToken)
    {
        var (table, isPrepared) = await ConnectAsync(
            async connection => (
                await KeysTable.LoadAsync(connection, _table, _columns, cancellationToken).ConfigureAwait(false),
                _options.PreparedStatements ?? !await Pooler.IsBetweenAsync(connection, cancellationToken).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        var batch = new BatchSql(table, _options.StatementTimeout);
        var spending = new SpendingSql(table);
        return new PostgresSession(table, isPrepared, batch, new KeySql(table, batch), new BudgetSql(table), new LedgerSql(table), spending, new RankSql(table, spending), new EventSql(table));
    }

    internal sealed record PostgresSession(
        KeysTable Table, bool IsPrepared, BatchSql Batch, KeySql Keys, BudgetSql Budgets, LedgerSql Ledger, SpendingSql Spending, RankSql Rank, EventSql Events);
}
