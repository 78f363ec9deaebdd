using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that make, find, list and revoke keys, for one table.</summary>
internal sealed class KeySql(KeysTable table)
{
    public const int LedgerPage = 1000;

    private readonly string _keys = table.Name.Sql;
    private readonly string _id = table.IdType.Sql;

    public NpgsqlCommand Insert(KeyInsert key) => Command(
        $"""
        INSERT INTO {_keys} (account_id, key_hash, key_prefix, name, created_at, user_id, scopes, budget_cents, budget_used_cents,
            budget_period, budget_reset_at, expires_at, delegated_by, budget_used_micros, budget_used_until, budget_anchor_at)
        VALUES ($1, $2, $3, $4, clock_timestamp(), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        RETURNING id::text
        """,
        Text(key.AccountId), Text(key.KeyHash), Text(key.KeyPrefix), Text(key.Name), Text(key.UserId),
        Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, key.Scopes.IsUnlimited ? null : key.Scopes.Held.ToArray()),
        Parameter(NpgsqlDbType.Bigint, key.Budget.CapCents), Parameter(NpgsqlDbType.Bigint, key.Budget.UsedCents), Text(key.Budget.Period),
        Instant(key.Budget.ResetAt), Instant(key.ExpiresAt), Text(key.DelegatedBy),
        Parameter(NpgsqlDbType.Bigint, key.Budget.UsedMicroCents), Instant(key.Budget.UsedUntil), Instant(key.Budget.AnchorAt));

    public NpgsqlCommand FindId(string hash) => Command($"SELECT id::text FROM {_keys} WHERE key_hash = $1", Text(hash));

    public NpgsqlCommand Find(string keyId) => Command(
        $"SELECT {PostgresRows.DetailColumns} FROM {_keys} WHERE id = ($1::text)::{_id}", Text(IdOrNull(keyId)));

    public NpgsqlCommand List(KeyQuery query) => Command(
        $"""
        SELECT {PostgresRows.DetailColumns} FROM {_keys}
        WHERE ($1::text IS NULL OR account_id::text = $1)
          AND ($2 OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())))
          AND ($3::text IS NULL OR id > ($3::text)::{_id})
        ORDER BY id LIMIT $4
        """,
        Text(query.AccountId), Parameter(NpgsqlDbType.Boolean, query.IncludeDead), Text(query.AfterId is null ? null : IdOrNull(query.AfterId)),
        Parameter(NpgsqlDbType.Integer, query.Limit));

    public NpgsqlCommand Revoke(string keyId, string? accountId) => Command(
        $"""
        UPDATE {_keys} SET revoked_at = coalesce(revoked_at, clock_timestamp())
        WHERE id = ($1::text)::{_id} AND ($2::text IS NULL OR account_id::text = $2) RETURNING id::text
        """,
        Text(IdOrNull(keyId)), Text(accountId));

    public NpgsqlCommand Ledger(string keyId, long after) => Command(
        $"SELECT {BatchSql.EntryColumns} FROM {table.Ledger.Sql} l WHERE l.key_id = $1 AND l.sequence > $2 ORDER BY l.sequence LIMIT {LedgerPage}",
        Text(keyId), Parameter(NpgsqlDbType.Bigint, after));

    /// <summary>What cannot be an id of this table equals no row: NULL compares to nothing.</summary>
    private string? IdOrNull(string keyId) => table.IdType.Accepts(keyId) ? keyId : null;

    private static NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter Text(string? value) => Parameter(NpgsqlDbType.Text, value);

    private static NpgsqlParameter Instant(DateTimeOffset? value) => Parameter(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    private static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
