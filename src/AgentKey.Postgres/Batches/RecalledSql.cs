using AgentKey.Postgres.Schema;

namespace AgentKey.Postgres.Batches;

/// <summary>The statements that save what was decided on remembered rows, and fail when one of them is not as it was remembered.</summary>
internal sealed class RecalledSql
{
    /// <summary>Part of the message of a statement that fails for that reason.</summary>
    public const string Outdated = "agentkey: a row is not as it was remembered, the batch is decided anew";

    public RecalledSql(KeysTable table)
    {
        var id = table.Columns.Id;
        var written = string.Join(", ", new[] { table.Name, table.Ledger, table.Holds, table.Events }.Select(name => $"'{name.Sql}'::regclass"));

        // The clock is read for the row that counts them all, so when the last of them is locked. A trigger may write a row
        // a second time, under the same version. The lock of the budgets table, which keeps a new budget out until the
        // commit, is taken first here and last by other batches; what may come of that is a wait for deadlock_timeout.
        Update = $"""
            WITH changed AS (
                {BatchSql.UpdateOf(table)}
                FROM ({BatchSql.Rows([.. BatchSql.ChangeOf(table), "xid version"])} ORDER BY id) c WHERE k.{id} = c.id AND k.xmin = c.version RETURNING 1),
            budgets AS (SELECT FROM {table.Budgets.Sql} WHERE owner = ANY($8) FOR NO KEY UPDATE)
            SELECT clock_timestamp(),
                CASE WHEN n = cardinality($1) AND NOT EXISTS (SELECT FROM budgets) AND clock_timestamp() >= $9 AND clock_timestamp() < $10 AND pg_postmaster_start_time() = $11 AND {table.ColumnsMark} = $12
                    AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid IN ({written}) AND NOT tgisinternal AND tgenabled <> 'D')
                THEN {table.OwnVersion} ELSE {Fail("n")} END,
                pg_postmaster_start_time(), $12::bigint
            FROM (SELECT count(*) AS n FROM changed) c
            """;
        // The expiry is compared in what is returned: as a condition it would offer the index on it, and holds that were
        // taken in one batch expire together, so that each would be searched for among all of them.
        CloseHolds = $"""
            WITH closed AS (
                DELETE FROM {table.Holds.Sql} h USING ({BatchSql.Rows(BatchSql.ExpiringHold)}) c
                WHERE {BatchSql.IsSameHold} RETURNING h.expires_at = c.expires_at AS is_same)
            SELECT CASE WHEN n = cardinality($1) THEN n ELSE {Fail("n")} END FROM (SELECT count(*) FILTER (WHERE is_same) AS n FROM closed) c
            """;
    }

    /// <summary>
    /// As <see cref="BatchSql.Update"/>, and fails when a row has another version, when there is a further budget to be
    /// charged, when the table has other columns, or when it is not the time that was expected. Answers with a <see cref="BatchMark"/>.
    /// </summary>
    public string Update { get; }

    /// <summary>As <see cref="BatchSql.CloseHolds"/>, and fails when a slice is gone or has another expiry.</summary>
    public string CloseHolds { get; }

    // SQL has no statement that fails by itself. What makes it fail must not be a constant: that is evaluated beforehand.
    private static string Fail(string found) => $"('{Outdated}, ' || {found})::bigint";
}
