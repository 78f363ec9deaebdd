using System.Runtime.CompilerServices;
using AgentKey.Keys;
using AgentKey.Postgres.Batches;
using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>The store for the Postgres that the application already has: its keys table, and a ledger beside it.</summary>
/// <remarks>
/// The database's clock decides, read after the locks are held. Works through PgBouncer's transaction mode, except for
/// <see cref="MigrateAsync"/>, which needs a direct connection. Safe for use from any number of threads and processes.
/// </remarks>
public sealed class PostgresKeyStore : IKeyStore
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly bool _ownsDataSource;
    private readonly PostgresKeyStoreOptions _options;
    private readonly TableName _table;
    private readonly PostgresFaults _faults;

    // Read once from the catalog; the types of a table's columns do not change under a running program.
    private volatile PostgresSession? _session;

    /// <summary>Uses a data source that somebody else owns.</summary>
    /// <exception cref="InvalidFieldException">The table's name is no identifier, or a setting is out of range.</exception>
    public PostgresKeyStore(NpgsqlDataSource dataSource, PostgresKeyStoreOptions? options = null)
        : this(dataSource, options, ownsDataSource: false)
    {
    }

    private PostgresKeyStore(NpgsqlDataSource dataSource, PostgresKeyStoreOptions? options, bool ownsDataSource)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        _dataSource = dataSource;
        _ownsDataSource = ownsDataSource;
        _options = options ?? new PostgresKeyStoreOptions();
        _table = TableName.Parse(_options.Table);
        _faults = new PostgresFaults(dataSource.ConnectionString);
        if (_options.Lanes is < 1 or > 64)
        {
            throw new InvalidFieldException(nameof(PostgresKeyStoreOptions.Lanes), "is out of range", "1 to 64");
        }
    }

    /// <inheritdoc/>
    public int Lanes => _options.Lanes;

    /// <summary>Opens a store of its own data source. Connects at the first call.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <exception cref="InvalidFieldException">The connection string cannot be read; its text is not repeated.</exception>
    public static PostgresKeyStore Open(string connectionString, PostgresKeyStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        try
        {
            // Nothing that we send leaves state in a session, and resetting it costs more than the rest of a small batch.
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true };
            return new PostgresKeyStore(NpgsqlDataSource.Create(settings), options, ownsDataSource: true);
        }
        catch (Exception malformed) when (malformed is ArgumentException and not InvalidFieldException or FormatException)
        {
            throw new InvalidFieldException("connection string", "cannot be read", "Host=...;Database=...;Username=...;Password=...");
        }
    }

    /// <inheritdoc/>
    public Task MigrateAsync(CancellationToken cancellationToken) => ConnectAsync(
        async connection =>
        {
            await new PostgresMigration(connection, _table).RunAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) =>
        QueryAsync(_ => new NpgsqlCommand(BatchSql.Now), row => PostgresRows.Instant(row, 0)!.Value, rows => rows[0], cancellationToken);

    /// <inheritdoc/>
    public Task<string> InsertAsync(KeyInsert key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return QueryAsync(session => session.Sql.Insert(key), row => row.GetString(0), rows => rows[0], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string?> FindIdAsync(SecretHash hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return QueryAsync(session => session.Sql.FindId(hash.Hex), row => row.GetString(0), rows => rows.FirstOrDefault(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoredKeyDetails?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return QueryAsync(session => session.Sql.Find(keyId), PostgresRows.ReadDetails, rows => rows.FirstOrDefault(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return QueryAsync<StoredKeyDetails, IReadOnlyList<StoredKeyDetails>>(
            session => session.Sql.List(query), PostgresRows.ReadDetails, rows => rows, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RevokeAsync(string keyId, string? accountId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return QueryAsync(session => session.Sql.Revoke(keyId, accountId), row => row.GetString(0), rows => rows.Count > 0, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(string keyId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        for (var after = 0L; ;)
        {
            var start = after;
            var page = await QueryAsync(
                session => session.Sql.Ledger(keyId, start), PostgresRows.ReadEntry, rows => rows, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
                after = entry.Sequence;
            }

            if (page.Count < KeySql.LedgerPage)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        return ConnectAsync(
            async connection =>
            {
                var session = await SessionAsync(connection, cancellationToken).ConfigureAwait(false);
                var batch = new PostgresBatch(connection, session.Table, session.Batch, _options.PreparedStatements);
                await batch.RunAsync(request, decide, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _ownsDataSource ? _dataSource.DisposeAsync() : ValueTask.CompletedTask;

    private Task<T> ConnectAsync<T>(Func<NpgsqlConnection, Task<T>> action, CancellationToken cancellationToken) => _faults.RunAsync(async () =>
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await action(connection).ConfigureAwait(false);
    });

    private Task<TResult> QueryAsync<TRow, TResult>(
        Func<PostgresSession, NpgsqlCommand> commandOf, Func<NpgsqlDataReader, TRow> read, Func<List<TRow>, TResult> resultOf, CancellationToken cancellationToken) =>
        ConnectAsync(
            async connection =>
            {
                var session = await SessionAsync(connection, cancellationToken).ConfigureAwait(false);
                await using var command = commandOf(session);
                command.Connection = connection;
                await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                var rows = new List<TRow>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }

                return resultOf(rows);
            },
            cancellationToken);

    private async ValueTask<PostgresSession> SessionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_session is { } known)
        {
            return known;
        }

        var table = await KeysTable.LoadAsync(connection, _table, cancellationToken).ConfigureAwait(false);
        return _session = new PostgresSession(table, new BatchSql(table, _options.StatementTimeout), new KeySql(table));
    }

    private sealed record PostgresSession(KeysTable Table, BatchSql Batch, KeySql Sql);
}
