using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that read, add up and check the ledger, for one table.</summary>
internal sealed class LedgerSql(KeysTable table)
{
    public const int Page = 1000;

    // What another budget of the chain recorded is the same money again.
    public const string IsOfCall = "kind IN (1, 2, 4, 5, 6, 7, 8)";

    public const string IsCall = "(kind IN (1, 5))";

    public const string Calls = $"count(*) FILTER (WHERE {IsCall})";

    private static readonly string BudgetOfEntry = $"coalesce(budget, {CompanionTables.OwnBudget("key_id")})";

    private readonly string _ledger = table.Ledger.Sql;

    // The ledger has ids as text, so the text to look for has to be the one that was written there.
    public NpgsqlCommand Read(LedgerQuery query, long after) => Command(
        $"""
        SELECT {BatchSql.EntryColumns} FROM {_ledger} l
        WHERE ($1::text IS NULL OR l.key_id = $1) AND ($2::timestamptz IS NULL OR l.at >= $2) AND l.sequence > $3 ORDER BY l.sequence LIMIT {Page}
        """,
        Text(table.IdType.Canonical(query.KeyId)), Instant(query.Since), Parameter(NpgsqlDbType.Bigint, after));

    public NpgsqlCommand ReadPage(LedgerPageQuery query) => Command(
        $"""
        SELECT {BatchSql.EntryColumns} FROM {_ledger} l
        WHERE ($1::text IS NULL OR l.key_id = $1) AND ($2::bigint IS NULL OR l.sequence < $2) ORDER BY l.sequence DESC LIMIT $3
        """,
        Text(table.IdType.Canonical(query.KeyId)), Parameter(NpgsqlDbType.Bigint, query.Before), Parameter(NpgsqlDbType.Integer, query.Limit));

    public NpgsqlCommand AddUp(UsageQuery query) => Command(
        $"""
        SELECT coalesce({GroupOf(query.By)}, ''), {Calls}, sum(amount_micros)::bigint FROM {_ledger}
        WHERE {IsOfCall} AND ($1::text IS NULL OR key_id = $1) AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
        GROUP BY 1 ORDER BY 3 DESC, 1
        """,
        Text(table.IdType.Canonical(query.KeyId)), Instant(query.Since), Instant(query.Until));

    /// <summary>One statement is one snapshot. A key that we never charged has no exact amount, and nothing to compare.</summary>
    public NpgsqlCommand Verify() => Unhurried(Command(
        $"""
        WITH entries AS (
            SELECT {BudgetOfEntry} AS budget, sequence, balance_micros AS found,
                lag(balance_micros) OVER w + amount_micros AS expected, row_number() OVER (PARTITION BY {BudgetOfEntry} ORDER BY sequence DESC) AS from_end
            FROM {_ledger} WHERE balance_micros IS NOT NULL
            WINDOW w AS (PARTITION BY {BudgetOfEntry} ORDER BY sequence)),
        rows AS (
            SELECT {CompanionTables.OwnBudget(CompanionTables.Unordered(table.Columns.Id))} AS budget, {table.Columns.BudgetUsedMicros} AS found FROM {table.Name.Sql} WHERE {table.Columns.BudgetUsedMicros} IS NOT NULL
            UNION ALL
            SELECT owner || '/' || name, used_micros FROM {table.Budgets.Sql})
        SELECT budget, sequence, expected, found FROM entries WHERE expected <> found
        UNION ALL
        SELECT r.budget, NULL, coalesce(e.found, 0), r.found FROM rows r LEFT JOIN entries e ON e.budget = r.budget AND e.from_end = 1 WHERE r.found <> coalesce(e.found, 0)
        ORDER BY 1, 2 NULLS LAST
        """));

    /// <summary>Removes a beginning of each budget's account, never a part from its middle, so that the rest can still be recomputed.</summary>
    public NpgsqlCommand Prune(DateTimeOffset before) => Unhurried(Command(
        $"""
        WITH entries AS (
            SELECT sequence, {BudgetOfEntry} AS budget, balance_micros, at >= $1 OR EXISTS (
                SELECT FROM {table.Holds.Sql} h WHERE h.key_id = l.key_id AND h.operation_id = l.operation_id AND h.expires_at >= least($1, clock_timestamp())) AS is_needed
            FROM {_ledger} l),
        kept AS (
            SELECT budget, min(sequence) FILTER (WHERE is_needed) AS first, max(sequence) FILTER (WHERE balance_micros IS NOT NULL) AS last
            FROM entries GROUP BY budget),
        gone AS (
            DELETE FROM {_ledger} l USING entries e JOIN kept k ON k.budget = e.budget
            WHERE l.sequence = e.sequence AND e.sequence < least(k.first, k.last) RETURNING 1)
        SELECT count(*) FROM gone
        """,
        Instant(before)));

    public static string GroupOf(UsageGrouping by) => by switch
    {
        UsageGrouping.Scope => "scope",
        UsageGrouping.Tool => "tool",
        UsageGrouping.Day => "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        _ => "key_id",
    };

    // Reads the whole ledger, which may take longer than the driver waits for a statement by itself.
    public static NpgsqlCommand Unhurried(NpgsqlCommand command)
    {
        command.CommandTimeout = 0;
        return command;
    }
}
