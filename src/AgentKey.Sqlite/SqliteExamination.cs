using AgentKey.Budgets;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Looks at the file and at every row, and changes nothing.</summary>
internal static class SqliteExamination
{
    // 16 is KeyChain.MaxLength, which a constant text cannot say.
    private const string BrokenChain = $"""
        (parent_id IS NULL AND is_carved) OR parent_id IS NOT NULL AND NOT EXISTS (
            WITH RECURSIVE up (next, length) AS (
                SELECT k.parent_id, 1
                UNION ALL
                SELECT p.parent_id, u.length + 1 FROM up u JOIN {SqliteSchema.Keys} p ON p.id = u.next WHERE u.length < 16)
            SELECT 1 FROM up WHERE next IS NULL)
        """;

    private const string ForeignCharge = $"""
        parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM {SqliteSchema.Ledger} l WHERE l.key_id = k.id AND l.kind = 4)
        """;

    private const string MalformedHash =
        "length(key_hash) < 64 OR substr(key_hash, -64) GLOB '*[^0-9a-f]*' OR (length(key_hash) > 64 AND substr(key_hash, -65, 1) <> ':')";

    private const string MalformedScopes = """
        CASE WHEN NOT json_valid(scopes) THEN true WHEN json_type(scopes) <> 'array' THEN true
            ELSE EXISTS (SELECT 1 FROM json_each(scopes) WHERE type <> 'text') END AND scopes IS NOT NULL
        """;

    private const string RefusedFix = "set it right; until then the calls that it binds are refused";

    private static readonly (string Table, string Column)[] Amounts =
    [
        (SqliteSchema.Keys, "budget_cents"), (SqliteSchema.Keys, "budget_used_cents"), (SqliteSchema.Keys, "budget_used_micros"),
        (SqliteSchema.Keys, "budget_raise_micros"), (SqliteSchema.Keys, "budget_drawn_micros"), (SqliteSchema.Budgets, "cap_micros"),
        (SqliteSchema.Budgets, "used_micros"), (SqliteSchema.Budgets, "raise_micros"), (SqliteSchema.Holds, "amount_micros"),
    ];

    private static readonly (string Table, string Column)[] Instants =
    [
        (SqliteSchema.Keys, "created_at"), (SqliteSchema.Keys, "last_used_at"), (SqliteSchema.Keys, "revoked_at"), (SqliteSchema.Keys, "expires_at"),
        (SqliteSchema.Keys, "budget_reset_at"), (SqliteSchema.Keys, "budget_used_until"), (SqliteSchema.Keys, "budget_anchor_at"), (SqliteSchema.Keys, "budget_started_at"),
        (SqliteSchema.Keys, "budget_raise_until"), (SqliteSchema.Keys, "previous_key_until"), (SqliteSchema.Budgets, "anchor_at"), (SqliteSchema.Budgets, "started_at"),
        (SqliteSchema.Budgets, "ends_at"), (SqliteSchema.Budgets, "raise_until"), (SqliteSchema.Holds, "held_at"), (SqliteSchema.Holds, "expires_at"),
    ];

    private static readonly (string Table, string Column)[] Periods =
        [(SqliteSchema.Keys, "budget_period"), (SqliteSchema.Keys, "budget_calendar"), (SqliteSchema.Budgets, "period")];

    /// <summary>All findings, the worst first.</summary>
    public static IReadOnlyList<StoreFinding> Run(SqliteConnection connection)
    {
        List<StoreFinding> findings = [.. connection.Query("PRAGMA quick_check", row => row.GetString(0))
            .Where(answer => answer != "ok")
            .Select(answer => Finding("file_damaged", FindingSeverity.Error, SqliteSchema.Keys, null, "a sound file", answer, "restore it from a backup"))];
        findings.AddRange(Triggers(connection));
        if (SqliteStructure.Examine(connection) is { Count: > 0 } wrong)
        {
            // The questions about rows name the columns, so they need all of them.
            return [.. findings.Concat(wrong).OrderByDescending(finding => finding.Severity)];
        }

        foreach (var (table, column) in Amounts)
        {
            findings.AddRange(Rows(
                connection, table, column, $"{column} < 0", column, "amount_negative", FindingSeverity.Error, "zero or more", "set it right; until then more can be spent than the cap"));
        }

        foreach (var (table, column) in Periods)
        {
            findings.AddRange(UnknownPeriods(connection, table, column));
        }

        foreach (var (table, column) in Instants)
        {
            findings.AddRange(Rows(
                connection, table, column, $"{column} NOT BETWEEN {SqliteTime.Earliest} AND {SqliteTime.Latest}", column, "instant_odd", FindingSeverity.Warning,
                "milliseconds since 1970, in the years 1000 to 9999", "set it right; it is taken for the nearest of these"));
        }

        findings.AddRange(Rows(
            connection, SqliteSchema.Keys, "scopes", MalformedScopes, "scopes", "scopes_malformed", FindingSeverity.Warning,
            "a JSON list of scopes, or NULL for all", "name the scopes; the key is allowed nothing"));
        findings.AddRange(Rows(
            connection, SqliteSchema.Keys, "parent_id", BrokenChain, "parent_id", "chain_broken", FindingSeverity.Error,
            $"links that lead to a key without a parent, {KeyChain.MaxLength} keys up at most; a carved key has one above it", "repair the link; every call below it is refused"));
        findings.AddRange(Rows(
            connection, SqliteSchema.Keys, "parent_id", ForeignCharge, "parent_id", "child_charged_elsewhere", FindingSeverity.Warning,
            "charges of this library only", "let the other program charge keys without a parent: what it charges a child, it does not charge the keys above"));
        findings.AddRange(Rows(
            connection, SqliteSchema.Keys, "key_hash", MalformedHash, "length(key_hash) || ' characters'", "hash_malformed",
            FindingSeverity.Warning, "64 lower-case hex digits, after the name of a pepper and a colon if there is one", "rotate the key; no secret opens it now"));
        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    private static List<StoreFinding> Triggers(SqliteConnection connection) => connection.Query(
        $"""
        SELECT tbl_name, group_concat(name, ', ' ORDER BY name) FROM sqlite_schema
        WHERE type = 'trigger' AND lower(tbl_name) IN ({string.Join(", ", SqliteSchema.Tables.Select(table => $"'{table}'"))}) GROUP BY tbl_name
        """,
        row => Finding(
            "triggers", FindingSeverity.Warning, row.GetString(0), null, "no triggers", row.GetString(1),
            "make sure that they neither drop nor change an update of the budget columns"));

    private static List<StoreFinding> Rows(
        SqliteConnection connection, string table, string column, string where, string shown, string code, FindingSeverity severity, string expected, string fix) =>
        connection.Query(
            $"SELECT {IdOf(table)}, coalesce(CAST({shown} AS TEXT), 'NULL'), count(*) OVER () FROM {table} k WHERE {where} ORDER BY 1 LIMIT 1",
            row => Finding(code, severity, table, column, expected, Found(row.GetString(1), row.GetInt64(2)), fix) with { RowId = row.GetString(0) });

    private static IEnumerable<StoreFinding> UnknownPeriods(SqliteConnection connection, string table, string column)
    {
        var periods = connection.Query(
            $"SELECT {IdOf(table)}, {column}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}",
            row => (Id: row.GetString(0), Period: row.GetString(1), Rows: row.GetInt64(2)));
        foreach (var (id, period, rows) in periods)
        {
            StoreFinding? unknown = null;
            try
            {
                BudgetPeriod.Parse(period);
            }
            catch (InvalidFieldException error)
            {
                unknown = Finding("period_unknown", FindingSeverity.Error, table, column, error.AcceptedForm, Found(period, rows), RefusedFix) with { RowId = id };
            }

            if (unknown is not null)
            {
                yield return unknown;
            }
        }
    }

    private static string IdOf(string table) => table switch
    {
        SqliteSchema.Budgets => "owner || '/' || name",
        SqliteSchema.Holds => "key_id || '/' || operation_id",
        _ => "CAST(id AS TEXT)",
    };

    private static string Found(string shown, long rows) => rows == 1 ? shown : $"{shown}, and {rows - 1} more rows like it";

    private static StoreFinding Finding(string code, FindingSeverity severity, string table, string? column, string expected, string found, string fix) =>
        new() { Code = code, Severity = severity, Table = table, Column = column, Expected = expected, Found = found, Fix = fix };
}
