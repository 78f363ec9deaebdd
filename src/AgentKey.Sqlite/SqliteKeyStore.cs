using System.Runtime.CompilerServices;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The embedded store: one SQLite file in WAL mode, durable commits, safe for several processes.</summary>
/// <remarks>
/// The clock that decides is SQLite's own, read inside the transaction. SQLite works synchronously: a call occupies its
/// thread, for the busy time-out at most. Safe for use from any number of threads.
/// </remarks>
public sealed class SqliteKeyStore : IKeyStore
{
    private const int LedgerPage = 1000;

    private readonly SqliteFile _file;
    private readonly SemaphoreSlim _writerGate = new(1, 1);
    private SqliteBatchWriter? _writer;

    private SqliteKeyStore(SqliteFile file) => _file = file;

    /// <inheritdoc/>
    public int Lanes => 1;

    /// <summary>Opens a store. The file is first touched by the first call; only <see cref="MigrateAsync"/> creates it.</summary>
    /// <param name="path">The file, relative to the current folder or absolute.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    public static SqliteKeyStore Open(string path, SqliteKeyStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new SqliteKeyStore(new SqliteFile(path, (options ?? new SqliteKeyStoreOptions()).BusyTimeout));
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
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => UseAsync(
        connection => Query(connection, $"SELECT {SqliteTime.Now}", row => SqliteTime.Read(row, 0))[0], cancellationToken);

    /// <inheritdoc/>
    public Task<string> InsertAsync(KeyInsert key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        const string sql = $"""
            INSERT INTO {SqliteSchema.Keys} (account_id, key_hash, key_prefix, name, created_at, user_id, scopes, budget_cents, budget_used_cents,
                budget_period, budget_reset_at, expires_at, delegated_by, budget_used_micros, budget_used_until, budget_anchor_at)
            VALUES ($account_id, $key_hash, $key_prefix, $name, {SqliteTime.Now}, $user_id, $scopes, $cap, $used,
                $period, $reset_at, $expires_at, $delegated_by, $micros, $until, $anchor)
            RETURNING id
            """;
        return UseAsync(
            connection => Query(
                connection,
                sql,
                row => SqliteKeyId.ToText(row.GetInt64(0)),
                ("$account_id", key.AccountId),
                ("$key_hash", key.KeyHash),
                ("$key_prefix", key.KeyPrefix),
                ("$name", key.Name),
                ("$user_id", key.UserId),
                ("$scopes", SqliteKeyRows.ToColumn(key.Scopes)),
                ("$cap", key.Budget.CapCents),
                ("$used", key.Budget.UsedCents),
                ("$period", key.Budget.Period),
                ("$reset_at", SqliteTime.ToColumn(key.Budget.ResetAt)),
                ("$expires_at", SqliteTime.ToColumn(key.ExpiresAt)),
                ("$delegated_by", key.DelegatedBy),
                ("$micros", key.Budget.UsedMicroCents),
                ("$until", SqliteTime.ToColumn(key.Budget.UsedUntil)),
                ("$anchor", SqliteTime.ToColumn(key.Budget.AnchorAt)))[0],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string?> FindIdAsync(SecretHash hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return UseAsync(
            connection => Query(
                connection, $"SELECT id FROM {SqliteSchema.Keys} WHERE key_hash = $hash", row => SqliteKeyId.ToText(row.GetInt64(0)), ("$hash", hash.Hex)).FirstOrDefault(),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoredKeyDetails?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return UseAsync(
            connection => Query(
                connection,
                $"SELECT {SqliteKeyRows.DetailColumns} FROM {SqliteSchema.Keys} WHERE id = $id",
                SqliteKeyRows.ReadDetails,
                ("$id", SqliteKeyId.ToColumn(keyId))).FirstOrDefault(),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        const string sql = $"""
            SELECT {SqliteKeyRows.DetailColumns} FROM {SqliteSchema.Keys}
            WHERE ($account_id IS NULL OR account_id = $account_id)
              AND ($dead OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {SqliteTime.Now})))
              AND id > $after
            ORDER BY id LIMIT $limit
            """;
        return UseAsync<IReadOnlyList<StoredKeyDetails>>(
            connection => Query(
                connection,
                sql,
                SqliteKeyRows.ReadDetails,
                ("$account_id", query.AccountId),
                ("$dead", query.IncludeDead),
                ("$after", query.AfterId is null ? 0 : SqliteKeyId.ToColumn(query.AfterId)),
                ("$limit", query.Limit)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RevokeAsync(string keyId, string? accountId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        const string sql = $"""
            UPDATE {SqliteSchema.Keys} SET revoked_at = coalesce(revoked_at, {SqliteTime.Now})
            WHERE id = $id AND ($account_id IS NULL OR account_id = $account_id) RETURNING id
            """;
        return UseAsync(
            connection => Query(
                connection, sql, row => row.GetInt64(0), ("$id", SqliteKeyId.ToColumn(keyId)), ("$account_id", accountId)).Count > 0,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(string keyId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        const string sql = $"SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger} WHERE key_id = $key_id AND sequence > $after ORDER BY sequence LIMIT $limit";
        var after = 0L;
        while (true)
        {
            var page = await UseAsync(
                connection => Query(
                    connection, sql, SqliteKeyRows.ReadEntry, ("$key_id", SqliteKeyId.ToColumn(keyId)), ("$after", after), ("$limit", LedgerPage)),
                cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
                after = entry.Sequence;
            }

            if (page.Count < LedgerPage)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decide);
        await _writerGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _file.Run(() =>
            {
                Writer().Run(request, decide);
                return true;
            });
        }
        catch
        {
            // Whatever state the connection is in, the next batch starts with a fresh one.
            CloseWriter();
            throw;
        }
        finally
        {
            _writerGate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writerGate.WaitAsync().ConfigureAwait(false);
        CloseWriter();
        _writerGate.Release();
    }

    private SqliteBatchWriter Writer() => _writer ??= new SqliteBatchWriter(_file.Connect());

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private Task<T> UseAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancellationToken, bool mayCreate = false) =>
        Task.Run(
            () => _file.Run(() =>
            {
                using var connection = _file.Connect(mayCreate);
                return action(connection);
            }),
            cancellationToken);

    private static List<T> Query<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
