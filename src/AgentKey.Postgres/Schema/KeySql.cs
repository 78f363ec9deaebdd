using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that make, find, list and rotate keys, for one table.</summary>
internal sealed class KeySql(KeysTable table)
{
    private readonly string _keys = table.Name.Sql;
    private readonly string _id = table.IdType.Sql;

    // What a key's holds have of its own budget; those of closed periods no longer count.
    private readonly string _details = $"""
        SELECT {PostgresRows.DetailColumns},
            coalesce((SELECT sum(h.amount_micros) FROM {table.Holds.Sql} h WHERE h.budget = 'key:' || k.id::text AND h.expires_at > clock_timestamp()
                AND (k.budget_started_at IS NULL OR h.held_at >= k.budget_started_at)), 0)::bigint,
            coalesce((SELECT sum(h.amount_micros) FROM {table.Holds.Sql} h WHERE h.budget = 'key:' || k.id::text AND h.expires_at <= clock_timestamp()
                AND (k.budget_started_at IS NULL OR h.held_at >= k.budget_started_at)), 0)::bigint
        FROM {table.Name.Sql} k
        """;

    public NpgsqlCommand Insert(KeyInsert key) => Command(
        $"""
        INSERT INTO {_keys} (account_id, key_hash, key_prefix, name, created_at, user_id, scopes, budget_cents, budget_used_cents,
            budget_period, budget_reset_at, expires_at, delegated_by, budget_used_micros, budget_used_until, budget_anchor_at,
            budget_calendar, parent_id, is_carved, external_subject)
        VALUES ($1, $2, $3, $4, clock_timestamp(), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, ($17::text)::{_id}, $18, $19)
        ON CONFLICT DO NOTHING RETURNING id::text
        """,
        Text(key.AccountId), Text(key.KeyHash), Text(key.KeyPrefix), Text(key.Name), Text(key.UserId),
        Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, key.Scopes.IsUnlimited ? null : key.Scopes.Held.ToArray()),
        Parameter(NpgsqlDbType.Bigint, key.Budget.CapCents), Parameter(NpgsqlDbType.Bigint, key.Budget.UsedCents), Text(key.Budget.Period),
        Instant(key.Budget.ResetAt), Instant(key.ExpiresAt), Text(key.DelegatedBy),
        Parameter(NpgsqlDbType.Bigint, key.Budget.UsedMicroCents), Instant(key.Budget.UsedUntil), Instant(key.Budget.AnchorAt),
        Text(key.Budget.Calendar), Text(key.ParentId), Parameter(NpgsqlDbType.Boolean, key.IsCarved ? true : null), Text(key.ExternalSubject));

    public NpgsqlCommand FindChain(KeyLookup lookup)
    {
        var (condition, value) = lookup switch
        {
            { KeyId: { } id } => ($"id = ($1::text)::{_id}", IdOrNull(id)),
            { Hash: { } hash } => ("(key_hash = $1 OR previous_key_hash = $1)", hash.Hex),
            _ => ("external_subject = $1", lookup.Subject),
        };
        return Command(
            $"""
            WITH RECURSIVE chain AS (
                SELECT id, parent_id, account_id, 1 AS length FROM {_keys} WHERE {condition}
                UNION ALL
                SELECT p.id, p.parent_id, p.account_id, c.length + 1 FROM chain c JOIN {_keys} p ON p.id = c.parent_id WHERE c.length < {KeyChain.MaxLength})
            SELECT id::text, parent_id::text, account_id::text FROM chain ORDER BY length
            """,
            Text(value));
    }

    public NpgsqlCommand FindDescendants(string keyId) => Command(
        $"""
        WITH RECURSIVE below AS (
            SELECT id, 1 AS length FROM {_keys} WHERE parent_id = ($1::text)::{_id}
            UNION ALL
            SELECT c.id, b.length + 1 FROM below b JOIN {_keys} c ON c.parent_id = b.id WHERE b.length < {KeyChain.MaxLength})
        SELECT id::text FROM below GROUP BY id ORDER BY max(length) DESC, id
        """,
        Text(IdOrNull(keyId)));

    public NpgsqlCommand Find(string keyId) => Command($"{_details} WHERE id = ($1::text)::{_id}", Text(IdOrNull(keyId)));

    public NpgsqlCommand List(KeyQuery query) => Command(
        $"""
        {_details}
        WHERE ($1::text IS NULL OR account_id::text = $1)
          AND ($2 OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())))
          AND ($3::text IS NULL OR id > ($3::text)::{_id})
        ORDER BY id LIMIT $4
        """,
        Text(query.AccountId), Parameter(NpgsqlDbType.Boolean, query.IncludeDead), Text(query.AfterId is null ? null : IdOrNull(query.AfterId)),
        Parameter(NpgsqlDbType.Integer, query.Limit));

    public NpgsqlCommand Rotate(KeyRotation rotation) => Command(
        $"""
        UPDATE {_keys} SET key_hash = $3, key_prefix = $4,
            previous_key_hash = CASE WHEN $5 > interval '0' THEN key_hash END,
            previous_key_until = CASE WHEN $5 > interval '0' THEN clock_timestamp() + $5 END
        WHERE id = ($1::text)::{_id} AND ($2::text IS NULL OR account_id::text = $2) AND revoked_at IS NULL RETURNING id::text
        """,
        Text(IdOrNull(rotation.KeyId)), Text(rotation.AccountId), Text(rotation.NewHash.Hex), Text(rotation.NewPrefix),
        Parameter(NpgsqlDbType.Interval, rotation.Overlap));

    /// <summary>Raises a key's own cap.</summary>
    public NpgsqlCommand Raise(string keyId, BudgetRaise raise) => Command(
        $"""
        UPDATE {_keys} SET budget_raise_micros = $2, budget_raise_until = clock_timestamp() + $3
        WHERE id = ($1::text)::{_id} AND budget_cents IS NOT NULL RETURNING id::text
        """,
        Text(IdOrNull(keyId)), Parameter(NpgsqlDbType.Bigint, raise.ByMicroCents), Parameter(NpgsqlDbType.Interval, raise.For));

    /// <summary>What cannot be an id of this table equals no row: NULL compares to nothing.</summary>
    private string? IdOrNull(string keyId) => table.IdType.Accepts(keyId) ? keyId : null;
}
