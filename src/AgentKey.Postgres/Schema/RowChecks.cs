using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using static AgentKey.Storage.FindingSeverity;

namespace AgentKey.Postgres.Schema;

/// <summary>What makes no sense in a row, or should be known of it.</summary>
internal static class RowChecks
{
    private static readonly string[] Amounts =
        ["budget_cents", "budget_used_cents", "budget_used_micros", "budget_raise_micros", "budget_drawn_micros"];

    private static readonly string[] Instants =
    [
        "created_at", "last_used_at", "revoked_at", "expires_at", "budget_reset_at", "budget_used_until", "budget_anchor_at", "budget_started_at", "budget_raise_until",
        "previous_key_until",
    ];

    private static readonly string[] BudgetInstants = ["anchor_at", "started_at", "ends_at", "raise_until"];

    /// <summary>All checks of a table and of those beside it.</summary>
    public static IEnumerable<RowCheck> For(TableName table, KeyColumns columns) =>
        [.. OfInstants(table, columns), .. OfMoney(table, columns), .. OfRights(table, columns), .. OfChains(table, columns), .. OfCompanions(table, columns)];

    private static IEnumerable<RowCheck> OfInstants(TableName table, KeyColumns columns)
    {
        var names = columns.Quoted();
        return
        [
            .. Instants.Select(role => Odd(table, columns[role], names[role], IdOf(names))),
            .. BudgetInstants.Select(column => Odd(table.Beside(CompanionTables.Budgets), column, column, "owner || '/' || name")),
        ];
    }

    // Infinity is what Postgres calls "never".
    private static RowCheck Odd(TableName table, string column, string sql, string id) => new(
        "instant_odd", Warning, table, column, id, $"{sql} < {BatchSql.Earliest} OR ({sql} > {BatchSql.Latest} AND {sql} <> 'infinity')", sql,
        "an instant in the years 1000 to 9999", "set it right; it is taken for the nearest of these");

    private static IEnumerable<RowCheck> OfMoney(TableName table, KeyColumns columns)
    {
        var names = columns.Quoted();
        foreach (var role in Amounts)
        {
            yield return new(
                "amount_negative", Error, table, columns[role], IdOf(names), $"{names[role]} < 0", names[role], "zero or more", "set it right; until then more can be spent than the cap");
        }

        yield return new(
            "period_unknown", Error, table, columns.BudgetPeriod, IdOf(names), $"{names.BudgetPeriod} COLLATE \"C\" NOT IN ('day', 'month')", names.BudgetPeriod,
            "day, month or NULL", "set it right; until then the key's calls are refused");
        yield return new(
            "reset_missing", Warning, table, columns.BudgetResetAt, IdOf(names),
            $"{names.BudgetPeriod} IS NOT NULL AND {names.BudgetCents} IS NOT NULL AND {names.BudgetResetAt} IS NULL", names.BudgetResetAt,
            "the end of the current period", "set it; a budget without it never starts again");
        yield return new(
            "reset_far", Warning, table, columns.BudgetResetAt, IdOf(names),
            $"{names.BudgetResetAt} > clock_timestamp() + CASE {names.BudgetPeriod} WHEN 'day' THEN interval '2 days' ELSE interval '33 days' END AND {names.BudgetPeriod} IS NOT NULL",
            names.BudgetResetAt, "an end at most one period away", "set it right; the budget does not start again before");
    }

    private static IEnumerable<RowCheck> OfRights(TableName table, KeyColumns columns)
    {
        var names = columns.Quoted();

        // Of a collation that does not tell letters apart Postgres takes no pattern.
        var hash = $"{names.KeyHash} COLLATE \"C\"";
        var alive = $"{names.RevokedAt} IS NULL AND ({names.ExpiresAt} IS NULL OR {names.ExpiresAt} > clock_timestamp())";
        yield return new(
            "hash_malformed", Warning, table, columns.KeyHash, IdOf(names), $"{names.KeyHash} IS NULL OR {hash} !~ '^([a-z0-9_-]{{1,32}}:)?[0-9a-f]{{64}}$'",
            $"coalesce(length({names.KeyHash}) || ' characters', 'NULL')", "64 lower-case hex digits, after the name of a pepper and a colon if there is one", "rotate the key; no secret opens it now");
        yield return new(
            "hash_plain", Note, table, columns.KeyHash, IdOf(names),
            $"{hash} ~ '^[0-9a-f]{{64}}$' AND {names.ExternalSubject} IS NULL AND {alive} AND EXISTS (SELECT FROM {table.Sql} p WHERE p.{hash} LIKE '%:%')",
            "'plain SHA-256'", "a hash with a pepper, as others have", "use the key, or rotate it; until none is left, plain hashes have to be accepted");
        yield return new(
            "account_missing", Note, table, columns.AccountId, IdOf(names), $"{names.AccountId} IS NULL", names.AccountId, "an owner",
            "set it; such a key is in no account's list and under no account's ceiling");
        yield return new(
            "scopes_unlimited", Note, table, columns.Scopes, IdOf(names), $"{names.Scopes} IS NULL AND {alive}", names.Scopes, "named scopes",
            "name them, unless the key shall be allowed everything");
        yield return new(
            "scopes_malformed", Warning, table, columns.Scopes, IdOf(names),
            $"CASE WHEN array_ndims({names.Scopes}) > 1 THEN true ELSE array_position({names.Scopes}, NULL) IS NOT NULL END", names.Scopes,
            "a list of scopes, or NULL for all", "name the scopes; the key is allowed nothing");
        yield return new(
            "scopes_empty", Warning, table, columns.Scopes, IdOf(names), $"cardinality({names.Scopes}) = 0 AND {alive}", $"{names.Scopes}", "one scope or more",
            "name them; the key is allowed nothing");
        yield return new(
            "scope_admin", Note, table, columns.Scopes, IdOf(names), $"'admin' = ANY({names.Scopes}) AND {alive}", names.Scopes, "no scope called admin",
            "name what the key needs; the TypeScript library lets admin do everything, and here it is a scope like any other");
        yield return new(
            "cap_missing", Note, table, columns.BudgetCents, IdOf(names), $"{names.BudgetCents} IS NULL AND {alive}", names.BudgetCents, "a cap",
            "set one, unless nothing shall limit the key");
    }

    private static IEnumerable<RowCheck> OfChains(TableName table, KeyColumns columns)
    {
        var names = columns.Quoted();
        yield return new(
            "chain_broken", Error, table, columns.ParentId, IdOf(names),
            $"""
            ({names.ParentId} IS NULL AND {names.IsCarved}) OR {names.ParentId} IS NOT NULL AND NOT EXISTS (
                WITH RECURSIVE up (next, length) AS (
                    SELECT k.{names.ParentId}, 1
                    UNION ALL
                    SELECT p.{names.ParentId}, u.length + 1 FROM up u JOIN {table.Sql} p ON p.{names.Id} = u.next WHERE u.length < {KeyChain.MaxLength})
                SELECT FROM up WHERE next IS NULL)
            """,
            names.ParentId, $"links that lead to a key without a parent, {KeyChain.MaxLength} keys up at most; a carved key has one above it",
            "repair the link; a circle, a missing key or too long a chain refuses every call below it");
        yield return new(
            "child_charged_elsewhere", Warning, table, columns.ParentId, IdOf(names),
            $"{names.ParentId} IS NOT NULL AND EXISTS (SELECT FROM {table.Beside(CompanionTables.Ledger).Sql} l WHERE l.key_id = {CompanionTables.Unordered($"k.{names.Id}")} AND l.kind = {(int)LedgerEntryKind.External})",
            names.ParentId, "charges of this library only", "let the other program charge keys without a parent: what it charges a child, it does not charge the keys above");
    }

    private static IEnumerable<RowCheck> OfCompanions(TableName table, KeyColumns columns)
    {
        var names = columns.Quoted();
        var (budgets, holds) = (table.Beside(CompanionTables.Budgets), table.Beside(CompanionTables.Holds));
        foreach (var column in new[] { "cap_micros", "used_micros", "raise_micros" })
        {
            yield return new(
                "amount_negative", Error, budgets, column, "owner || '/' || name", $"{column} < 0", column, "zero or more", "set it right; until then more can be spent than the cap");
        }

        yield return new(
            "owner_missing", Warning, budgets, "owner", "owner || '/' || name",
            $"owner LIKE 'key:%' AND NOT EXISTS (SELECT FROM {table.Sql} o WHERE 'key:' || {CompanionTables.Unordered($"o.{names.Id}")} = k.owner)", "owner", "a key that exists",
            "remove the budget; it binds nobody");
        yield return new(
            "amount_negative", Error, holds, "amount_micros", "key_id || '/' || operation_id", "amount_micros < 0", "amount_micros", "zero or more", "delete the hold");
        yield return new(
            "owner_missing", Warning, holds, "key_id", "key_id || '/' || operation_id",
            $"NOT EXISTS (SELECT FROM {table.Sql} o WHERE {CompanionTables.Unordered($"o.{names.Id}")} = k.key_id)", "key_id", "a key that exists", "delete the hold; nobody can settle it");
    }

    private static string IdOf(KeyColumns names) => $"k.{names.Id}::text";
}
