using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that list and change further budgets, for one table.</summary>
internal sealed class BudgetSql(KeysTable table)
{
    private const string AccountPrefix = "account:";

    private readonly string _budgets = table.Budgets.Sql;

    public NpgsqlCommand List(IEnumerable<string> owners) => Command(
        $"SELECT {BatchSql.BudgetColumns} FROM {_budgets} WHERE owner = ANY($1) ORDER BY owner, name",
        Texts(owners.Select(Canonical)));

    /// <summary>The further budgets of keys, whose ids may be written in any form that their column reads.</summary>
    public NpgsqlBatchCommand ListOf(IEnumerable<string> keyIds) => new(
        $"""
        SELECT {BatchSql.BudgetColumns} FROM {_budgets}
        WHERE owner = ANY(ARRAY(SELECT 'key:' || id::text FROM unnest(($1::text[])::{table.IdType.Sql}[]) AS given (id))) ORDER BY owner, name
        """)
    {
        Parameters = { Texts(keyIds.Where(table.IdType.Accepts)) },
    };

    /// <summary>
    /// Waits for the batches that are under way and keeps others out: a batch that has read the budgets without this one
    /// would spend nothing from it, at a time at which it has begun, and a later refund would return what it never got.
    /// </summary>
    public NpgsqlCommand LockOut() => Command($"LOCK TABLE {_budgets} IN EXCLUSIVE MODE");

    /// <summary>A budget that starts anew says so in the ledger, in the same statement, and before: a changed row cannot be locked any more.</summary>
    public NpgsqlCommand Save(StoredExtraBudget budget) => Command(
        $"""
        WITH before AS (SELECT owner, name, used_micros, ends_at FROM {_budgets} WHERE owner = $1 AND name = $2 AND period <> $4 FOR UPDATE),
        booked AS ({BookReset("before")})
        INSERT INTO {_budgets} AS b (owner, name, cap_micros, period, anchor_at, started_at, ends_at)
        SELECT $1, $2, $3, $4, $5, clock_timestamp(), $6 FROM (SELECT count(*) FROM booked) AS first
        ON CONFLICT (owner, name) DO UPDATE SET cap_micros = excluded.cap_micros, period = excluded.period,
            anchor_at = CASE WHEN b.period = excluded.period THEN b.anchor_at ELSE excluded.anchor_at END,
            started_at = CASE WHEN b.period = excluded.period THEN b.started_at ELSE excluded.started_at END,
            ends_at = CASE WHEN b.period = excluded.period THEN b.ends_at ELSE excluded.ends_at END,
            used_micros = CASE WHEN b.period = excluded.period THEN b.used_micros ELSE 0 END,
            used_window = CASE WHEN b.period = excluded.period THEN b.used_window END
        RETURNING owner
        """,
        Text(Canonical(RequireOwner(budget.Owner))), Text(budget.Name), Parameter(NpgsqlDbType.Bigint, budget.CapMicroCents), Text(budget.Period),
        Instant(budget.AnchorAt), Instant(budget.EndsAt));

    public NpgsqlCommand Remove(string owner, string name) => Command(
        $"""
        WITH gone AS (DELETE FROM {_budgets} WHERE owner = $1 AND name = $2 RETURNING owner, name, used_micros, ends_at),
        booked AS ({BookReset("gone")})
        SELECT owner FROM gone
        """,
        Text(Canonical(owner)), Text(name));

    public NpgsqlCommand Raise(BudgetRaise raise) => Command(
        $"UPDATE {_budgets} SET raise_micros = $3, raise_until = clock_timestamp() + $4 WHERE owner = $1 AND name = $2 RETURNING owner",
        Text(Canonical(raise.Owner)), Text(raise.Name), Parameter(NpgsqlDbType.Bigint, raise.ByMicroCents), Parameter(NpgsqlDbType.Interval, raise.For));

    /// <summary>The owner as a charge names it, which takes the account from the row of the key.</summary>
    private string Canonical(string owner) => AccountOf(owner) is { } account ? AccountPrefix + table.AccountType.Canonical(account) : owner;

    /// <exception cref="InvalidFieldException">No key can be of this account: the budget would bind nobody.</exception>
    private string RequireOwner(string owner)
    {
        table.AccountType.Require(AccountOf(owner), "accountId");
        return owner;
    }

    private static string? AccountOf(string owner) => owner.StartsWith(AccountPrefix, StringComparison.Ordinal) ? owner[AccountPrefix.Length..] : null;

    private string BookReset(string source) => $"""
        INSERT INTO {table.Ledger.Sql} (at, key_id, budget, kind, amount_micros, period_end, balance_micros)
        SELECT clock_timestamp(), CASE WHEN owner LIKE 'key:%' THEN substr(owner, 5) ELSE '' END, owner || '/' || name, {(int)LedgerEntryKind.Reset}, -used_micros, ends_at, 0
        FROM {source} RETURNING 1
        """;
}
