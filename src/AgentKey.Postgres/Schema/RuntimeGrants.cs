namespace AgentKey.Postgres.Schema;

/// <summary>What a role needs that charges, holds and settles, and no more: it cannot mint a key, raise a cap or touch what the ledger says.</summary>
internal static class RuntimeGrants
{
    public static IReadOnlyList<string> For(TableName keys, KeyColumns columns, string role, bool upgradesHashes)
    {
        var names = columns.Quoted();
        var grantee = SqlIdentifier.Quote(SqlIdentifier.Require(role, "role"));
        string[] charged =
        [
            names.BudgetUsedCents, names.BudgetUsedMicros, names.BudgetUsedUntil, names.BudgetResetAt, names.BudgetStartedAt,
            names.BudgetWindow, names.BudgetDrawnMicros, names.LastUsedAt, names.RevokedAt, .. upgradesHashes ? [names.KeyHash] : Array.Empty<string>(),
        ];
        var read = string.Join(", ", KeyColumn.All.Select(column => names[column.Role]));
        string[] grants =
        [
            $"GRANT SELECT ({read}, xmin), UPDATE ({string.Join(", ", charged)}) ON {keys.Sql} TO {grantee}",
            $"GRANT SELECT, INSERT ON {keys.Beside(CompanionTables.Ledger).Sql} TO {grantee}",
            $"GRANT SELECT, UPDATE (used_micros, started_at, ends_at, used_window) ON {keys.Beside(CompanionTables.Budgets).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, DELETE, UPDATE (expires_at) ON {keys.Beside(CompanionTables.Holds).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, DELETE, UPDATE ON {keys.Beside(CompanionTables.Events).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, UPDATE ON {keys.Beside(CompanionTables.Spending).Sql}, {keys.Beside(CompanionTables.Rollups).Sql} TO {grantee}",
            $"GRANT SELECT, INSERT, UPDATE, DELETE ON {keys.Beside(CompanionTables.Spenders).Sql} TO {grantee}",
        ];
        return keys.Schema is null ? grants : [$"GRANT USAGE ON SCHEMA {SqlIdentifier.Quote(keys.Schema)} TO {grantee}", .. grants];
    }
}
