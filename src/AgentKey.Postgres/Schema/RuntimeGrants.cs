namespace AgentKey.Postgres.Schema;

/// <summary>What a role needs that charges, holds and settles, and no more: it cannot mint a key, raise a cap or touch what the ledger says.</summary>
internal static class RuntimeGrants
{
    private const string ChargedColumns =
        "budget_used_cents, budget_used_micros, budget_used_until, budget_reset_at, budget_started_at, budget_window, budget_drawn_micros, last_used_at, revoked_at";

    public static IReadOnlyList<string> For(TableName keys, string role)
    {
        var grantee = TableName.Quote(TableName.Parse(role, "role").Name);
        return
        [
            $"GRANT SELECT, UPDATE ({ChargedColumns}) ON {keys.Sql} TO {grantee}",
            $"GRANT SELECT, INSERT ON {keys.Beside(CompanionTables.Ledger).Sql} TO {grantee}",
            $"GRANT SELECT, UPDATE (used_micros, started_at, ends_at, used_window) ON {keys.Beside(CompanionTables.Budgets).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, DELETE, UPDATE (expires_at) ON {keys.Beside(CompanionTables.Holds).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, DELETE, UPDATE ON {keys.Beside(CompanionTables.Events).Sql} TO {grantee}",
        ];
    }
}
