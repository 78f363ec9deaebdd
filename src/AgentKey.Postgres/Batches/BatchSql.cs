using System.Globalization;
using AgentKey.Postgres.Schema;

namespace AgentKey.Postgres.Batches;

/// <summary>The statements of the hot path, for one table.</summary>
internal sealed class BatchSql
{
    // The driver misreads years from 10000 on.
    private const string Latest = "timestamptz '9999-12-31 00:00:00+00'";

    public const string DecisionColumns =
        $"id::text, key_hash, scopes, CASE WHEN expires_at > {Latest} THEN {Latest} ELSE expires_at END, revoked_at, "
        + "budget_cents::bigint, coalesce(budget_used_cents, 0)::bigint, budget_period, "
        + $"CASE WHEN budget_reset_at > {Latest} THEN {Latest} ELSE budget_reset_at END, budget_anchor_at, budget_used_micros, "
        + $"CASE WHEN budget_used_until > {Latest} THEN {Latest} ELSE budget_used_until END";

    public const string EntryColumns =
        "l.sequence, l.at, l.key_id, l.operation_id, l.kind, l.amount_micros, l.period_end, l.remaining_micros, l.refers_to, l.scope, l.tool, l.trace_id, l.on_behalf_of";

    public BatchSql(KeysTable table, TimeSpan statementTimeout)
    {
        var milliseconds = (statementTimeout.Ticks / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture);
        SetLimits = $"""
            SELECT set_config('lock_timeout', '{milliseconds}', true), set_config('statement_timeout', '{milliseconds}', true),
                set_config('idle_in_transaction_session_timeout', '{milliseconds}', true), set_config('enable_seqscan', 'off', true),
                set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
            """;
        Load = $"SELECT {DecisionColumns} FROM {table.Name.Sql} WHERE id = ANY($1::text[]::{table.IdType.Sql}[]) ORDER BY id FOR NO KEY UPDATE";
        LookUp = $"""
            SELECT {EntryColumns} FROM unnest($1::text[], $2::text[]) AS w (key_id, id) JOIN {table.Ledger.Sql} l ON l.key_id = w.key_id AND l.operation_id = w.id
            UNION ALL
            SELECT {EntryColumns} FROM unnest($1::text[], $2::text[]) AS w (key_id, id) JOIN {table.Ledger.Sql} l ON l.key_id = w.key_id AND l.refers_to = w.id
            """;
        Update = $"""
            UPDATE {table.Name.Sql} k
            SET budget_used_cents = c.cents, budget_used_micros = c.micros, budget_reset_at = c.reset_at, budget_used_until = c.reset_at,
                last_used_at = coalesce(c.last_used_at, k.last_used_at)
            FROM unnest($1::text[]::{table.IdType.Sql}[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[])
                AS c (id, cents, micros, reset_at, last_used_at)
            WHERE k.id = c.id
            """;
        Append = $"""
            INSERT INTO {table.Ledger.Sql} (at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of)
            SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::timestamptz[], $7::bigint[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[])
            """;
    }

    public static string Begin => "BEGIN ISOLATION LEVEL READ COMMITTED";

    public static string Commit => "COMMIT";

    /// <summary>Read after the locks are held: now() would be the time at which the wait for them began.</summary>
    public static string Now => "SELECT clock_timestamp()";

    /// <summary>
    /// Bounds every wait, and keeps the planner on the primary key: a batch touches few rows, but on a table without
    /// statistics a large array parameter can look as if a scan of the whole table were cheaper.
    /// </summary>
    public string SetLimits { get; }

    public string Load { get; }

    public string LookUp { get; }

    public string Update { get; }

    public string Append { get; }
}
