namespace AgentKey.Postgres;

/// <summary>One statement of a migration. Each runs on its own, and running the rest again later is safe.</summary>
/// <param name="Summary">What it does and whom it keeps waiting, in words.</param>
/// <param name="Sql">The statement, without a semicolon.</param>
public sealed record MigrationStep(string Summary, string Sql)
{
    /// <summary>Whether nobody waits while it runs. Such a statement waits itself for transactions that are open, however long, and cannot run inside one.</summary>
    public bool IsOnline { get; init; }

    /// <summary>The setting to run it under: what stops the table must not queue in front of everybody.</summary>
    public string LockTimeoutSql => IsOnline ? "SET lock_timeout = 0" : "SET lock_timeout = '500ms'";
}
