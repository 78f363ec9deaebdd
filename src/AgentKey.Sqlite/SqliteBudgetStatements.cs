using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The statements that list and change further budgets, and raise caps.</summary>
internal static class SqliteBudgetStatements
{
    /// <summary>The budgets of many owners, whose names are the JSON array <c>$owners</c>.</summary>
    public const string OfOwners =
        $"SELECT {SqliteKeyRows.BudgetColumns} FROM {SqliteSchema.Budgets} WHERE owner IN (SELECT value FROM json_each($owners)) ORDER BY owner, name";

    // A budget that starts anew says so in the ledger.
    private const string BookReset = $"""
        INSERT INTO {SqliteSchema.Ledger} (at, key_id, budget, kind, amount_micros, period_end, balance_micros)
        SELECT {SqliteTime.Now}, CASE WHEN owner LIKE 'key:%' THEN CAST(substr(owner, 5) AS INTEGER) ELSE -1 END, owner || '/' || name, 3, -used_micros, ends_at, 0
        FROM 
        """;

    private const string Named = $"{SqliteSchema.Budgets} WHERE owner = $owner AND name = $name";

    // After all that was charged before it, also in the same millisecond: a refund of that would return what it never got.
    private const string Begin = $"max({SqliteTime.Now}, coalesce((SELECT at + 1 FROM {SqliteSchema.Ledger} WHERE kind <> 3 ORDER BY sequence DESC LIMIT 1), 0))";

    public static IReadOnlyList<StoredExtraBudget> List(SqliteConnection connection, string owner) => connection.Query(
        $"SELECT {SqliteKeyRows.BudgetColumns} FROM {SqliteSchema.Budgets} WHERE owner = $owner ORDER BY name",
        SqliteKeyRows.ReadBudget,
        ("$owner", owner));

    public static void Save(SqliteConnection connection, StoredExtraBudget budget)
    {
        const string upsert = $"""
            INSERT INTO {SqliteSchema.Budgets} (owner, name, cap_micros, period, anchor_at, started_at, ends_at)
            VALUES ($owner, $name, $cap, $period, $anchor, {Begin}, $ends_at)
            ON CONFLICT (owner, name) DO UPDATE SET cap_micros = excluded.cap_micros, period = excluded.period,
                anchor_at = CASE WHEN period = excluded.period THEN anchor_at ELSE excluded.anchor_at END,
                started_at = CASE WHEN period = excluded.period THEN started_at ELSE excluded.started_at END,
                ends_at = CASE WHEN period = excluded.period THEN ends_at ELSE excluded.ends_at END,
                used_micros = CASE WHEN period = excluded.period THEN used_micros ELSE 0 END,
                used_window = CASE WHEN period = excluded.period THEN used_window END
            """;
        using var transaction = connection.BeginTransaction(deferred: false);
        const string begunAnew = $"{Named} AND period <> $period";
        connection.ChangeAll(BookReset + begunAnew, begunAnew, ("$owner", budget.Owner), ("$name", budget.Name), ("$period", budget.Period));
        connection.Change(
            upsert,
            ("$owner", budget.Owner),
            ("$name", budget.Name),
            ("$cap", budget.CapMicroCents),
            ("$period", budget.Period),
            ("$anchor", SqliteTime.ToColumn(budget.AnchorAt)),
            ("$ends_at", SqliteTime.ToColumn(budget.EndsAt)));
        connection.RequireWritten(1);
        transaction.Commit();
    }

    public static bool Remove(SqliteConnection connection, string owner, string name)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.ChangeAll(BookReset + Named, Named, ("$owner", owner), ("$name", name));
        var isRemoved = connection.ChangeAll($"DELETE FROM {Named}", Named, ("$owner", owner), ("$name", name));
        transaction.Commit();
        return isRemoved;
    }

    public static bool Raise(SqliteConnection connection, BudgetRaise raise)
    {
        const string ownCap = "'key:' || id = $owner AND $name IS NULL AND budget_cents IS NOT NULL";
        var (sql, rows) = raise.Name is null
            ? ($"UPDATE {SqliteSchema.Keys} SET budget_raise_micros = $by, budget_raise_until = {SqliteTime.Now} + $for WHERE {ownCap}", $"{SqliteSchema.Keys} WHERE {ownCap}")
            : ($"UPDATE {SqliteSchema.Budgets} SET raise_micros = $by, raise_until = {SqliteTime.Now} + $for WHERE owner = $owner AND name = $name", Named);
        using var transaction = connection.BeginTransaction(deferred: false);
        var isRaised = connection.ChangeAll(
            sql,
            rows,
            ("$by", raise.ByMicroCents),
            ("$for", raise.For.Ticks / TimeSpan.TicksPerMillisecond),
            ("$owner", raise.Owner),
            ("$name", raise.Name));
        transaction.Commit();
        return isRaised;
    }
}
