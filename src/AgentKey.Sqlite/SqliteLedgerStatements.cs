using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The statements that read, add up and check the ledger.</summary>
internal static class SqliteLedgerStatements
{
    public const int Page = 1000;

    private const string BudgetOfEntry = "coalesce(budget, 'key:' || key_id)";

    // What another budget of the chain recorded is the same money again.
    private const string IsOfCall = "kind IN (1, 2, 4, 5, 6, 7, 8)";

    private const string Calls = "count(*) FILTER (WHERE kind IN (1, 5))";

    private const long MillisecondsPerDay = TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond;

    private static readonly DateOnly UnixEpoch = new(1970, 1, 1);

    public static List<LedgerEntry> Read(SqliteConnection connection, LedgerQuery query, long after) => connection.Query(
        $"""
        SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger}
        WHERE ($key_id IS NULL OR key_id = $key_id) AND ($since IS NULL OR at >= $since) AND sequence > $after ORDER BY sequence LIMIT {Page}
        """,
        SqliteKeyRows.ReadEntry,
        ("$key_id", KeyOrNull(query.KeyId)),
        ("$since", SqliteTime.ToColumn(query.Since)),
        ("$after", after));

    public static IReadOnlyList<LedgerEntry> ReadPage(SqliteConnection connection, LedgerPageQuery query) => connection.Query(
        $"""
        SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger}
        WHERE ($key_id IS NULL OR key_id = $key_id) AND sequence < $before ORDER BY sequence DESC LIMIT $limit
        """,
        SqliteKeyRows.ReadEntry,
        ("$key_id", KeyOrNull(query.KeyId)),
        ("$before", query.Before ?? long.MaxValue),
        ("$limit", query.Limit));

    /// <summary>As <see cref="AddUp"/>, by day as well. What is not among the largest groups is one group, NULL.</summary>
    public static IReadOnlyList<SpendingRow> AddUpDays(SqliteConnection connection, SpendingQuery query) => connection.Query(
        $"""
        WITH sums AS (
            SELECT at / {MillisecondsPerDay} AS day, coalesce({GroupOf(query.By)}, '') AS name, {Calls} AS calls, sum(amount_micros) AS micros
            FROM {SqliteSchema.Ledger} WHERE {IsOfCall} AND ($key_id IS NULL OR key_id = $key_id) AND at >= $since GROUP BY 1, 2),
        largest AS (SELECT name FROM sums GROUP BY name ORDER BY sum(micros) DESC, name LIMIT $groups)
        SELECT s.day, l.name, sum(s.calls), sum(s.micros) FROM sums s LEFT JOIN largest l ON l.name = s.name GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2
        """,
        row => new SpendingRow(UnixEpoch.AddDays(row.GetInt32(0)), SqliteKeyRows.ReadText(row, 1), row.GetInt64(2), row.GetInt64(3)),
        ("$key_id", KeyOrNull(query.KeyId)),
        ("$since", SqliteTime.ToColumn(query.Since)),
        ("$groups", query.Groups));

    public static IReadOnlyList<UsageRow> AddUp(SqliteConnection connection, UsageQuery query) => connection.Query(
        $"""
        SELECT coalesce({GroupOf(query.By)}, ''), {Calls}, sum(amount_micros) FROM {SqliteSchema.Ledger}
        WHERE {IsOfCall} AND ($key_id IS NULL OR key_id = $key_id) AND ($since IS NULL OR at >= $since) AND ($until IS NULL OR at < $until)
        GROUP BY 1 ORDER BY 3 DESC, 1
        """,
        row => new UsageRow(row.GetString(0), row.GetInt64(1), row.GetInt64(2)),
        ("$key_id", KeyOrNull(query.KeyId)),
        ("$since", SqliteTime.ToColumn(query.Since)),
        ("$until", SqliteTime.ToColumn(query.Until)));

    /// <summary>One statement is one snapshot. A key that we never charged has no exact amount, and nothing to compare.</summary>
    public static IReadOnlyList<LedgerDiscrepancy> Verify(SqliteConnection connection) => connection.Query(
        $"""
        WITH entries AS (
            SELECT {BudgetOfEntry} AS budget, sequence, balance_micros AS found, lag(balance_micros) OVER w + amount_micros AS expected,
                row_number() OVER (PARTITION BY {BudgetOfEntry} ORDER BY sequence DESC) AS from_end
            FROM {SqliteSchema.Ledger} WHERE balance_micros IS NOT NULL
            WINDOW w AS (PARTITION BY {BudgetOfEntry} ORDER BY sequence)),
        balances AS (
            SELECT 'key:' || id AS budget, budget_used_micros AS found FROM {SqliteSchema.Keys} WHERE budget_used_micros IS NOT NULL
            UNION ALL
            SELECT owner || '/' || name, used_micros FROM {SqliteSchema.Budgets})
        SELECT budget, sequence, expected, found FROM entries WHERE expected <> found
        UNION ALL
        SELECT b.budget, NULL, coalesce(e.found, 0), b.found FROM balances b LEFT JOIN entries e ON e.budget = b.budget AND e.from_end = 1 WHERE b.found <> coalesce(e.found, 0)
        ORDER BY 1, 2 NULLS LAST
        """,
        row => new LedgerDiscrepancy(row.GetString(0), SqliteKeyRows.ReadNumber(row, 1), row.GetInt64(2), row.GetInt64(3)));

    /// <summary>Removes a beginning of each budget's account, never a part from its middle, so that the rest can still be recomputed.</summary>
    public static long Prune(SqliteConnection connection, DateTimeOffset before) => connection.Change(
        $"""
        WITH entries AS (
            SELECT sequence, {BudgetOfEntry} AS budget, balance_micros, at >= $before OR EXISTS (
                SELECT 1 FROM {SqliteSchema.Holds} h WHERE h.key_id = l.key_id AND h.operation_id = l.operation_id AND h.expires_at >= min($before, {SqliteTime.Now})) AS is_needed
            FROM {SqliteSchema.Ledger} l),
        kept AS (
            SELECT budget, coalesce(min(sequence) FILTER (WHERE is_needed), {long.MaxValue}) AS first,
                max(sequence) FILTER (WHERE balance_micros IS NOT NULL) AS last
            FROM entries GROUP BY budget)
        DELETE FROM {SqliteSchema.Ledger} WHERE sequence IN (
            SELECT e.sequence FROM entries e JOIN kept k ON k.budget = e.budget WHERE e.sequence < min(k.first, k.last))
        """,
        ("$before", SqliteTime.ToColumn(before)));

    private static string GroupOf(UsageGrouping by) => by switch
    {
        UsageGrouping.Scope => "scope",
        UsageGrouping.Tool => "tool",
        UsageGrouping.Day => "strftime('%Y-%m-%d', at / 1000, 'unixepoch')",
        _ => "CAST(key_id AS TEXT)",
    };

    private static long? KeyOrNull(string? keyId) => keyId is null ? null : SqliteKeyId.ToColumn(keyId);
}
