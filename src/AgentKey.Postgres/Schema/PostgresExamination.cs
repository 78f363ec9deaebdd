using AgentKey.Budgets;
using AgentKey.Storage;
using Dapper;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>Looks at the server, the catalog and every row, and changes nothing.</summary>
internal sealed class PostgresExamination(NpgsqlConnection connection, TableName table, KeyColumns columns)
{
    private static readonly TimeSpan TolerableSkew = TimeSpan.FromSeconds(5);

    /// <summary>All findings, the worst first.</summary>
    public async Task<IReadOnlyList<StoreFinding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = await ExamineServerAsync(cancellationToken).ConfigureAwait(false);
        var structure = await ExamineTablesAsync(cancellationToken).ConfigureAwait(false);
        findings.AddRange(structure);

        // Statements about the rows name every column, so they need all of them.
        if (!structure.Exists(finding => finding.Code is "table_missing" or "not_a_table" or "column_missing" or "column_unknown" or "column_type"))
        {
            foreach (var check in RowChecks.For(table, columns))
            {
                await ExamineRowsAsync(check, findings, cancellationToken).ConfigureAwait(false);
            }

            var names = columns.Quoted();
            await ExaminePeriodsAsync(table, columns.BudgetCalendar, names.BudgetCalendar, $"{names.Id}::text", findings, cancellationToken).ConfigureAwait(false);
            await ExaminePeriodsAsync(table.Beside(CompanionTables.Budgets), "period", "period", "owner || '/' || name", findings, cancellationToken).ConfigureAwait(false);
        }

        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    private async Task<List<StoreFinding>> ExamineTablesAsync(CancellationToken cancellationToken)
    {
        List<StoreFinding> findings = [.. TableRules.OfKeys(table, columns, await TableFacts.LoadAsync(connection, table, cancellationToken).ConfigureAwait(false))];
        foreach (var companion in CompanionTables.All)
        {
            var beside = table.Beside(companion.Suffix);
            findings.AddRange(TableRules.OfCompanion(table, companion, await TableFacts.LoadAsync(connection, beside, cancellationToken).ConfigureAwait(false)));
        }

        return findings;
    }

    private async Task<List<StoreFinding>> ExamineServerAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT pg_is_in_recovery() AS IsStandby, current_setting('default_transaction_read_only') = 'on' AS IsReadOnly,
                getdatabaseencoding()::text AS Encoding, current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS IsDurable, clock_timestamp() AS Now
            """;
        var before = TimeProvider.System.GetUtcNow();
        var server = await connection.QuerySingleAsync<ServerFacts>(new CommandDefinition(sql, cancellationToken: cancellationToken)).ConfigureAwait(false);
        var after = TimeProvider.System.GetUtcNow();
        var findings = new List<StoreFinding>();
        if (server.IsStandby)
        {
            findings.Add(OfServer("standby", FindingSeverity.Error, "a primary", "a standby, which cannot write", "connect to the primary, e.g. with Target Session Attributes=primary"));
        }

        else if (server.IsReadOnly)
        {
            findings.Add(OfServer(
                "read_only", FindingSeverity.Error, "default_transaction_read_only off", "a database that refuses to write", "ask its operator why, e.g. a full disk, and have it turned off"));
        }

        if (server.Encoding is not ("UTF8" or "SQL_ASCII"))
        {
            findings.Add(OfServer(
                "encoding", FindingSeverity.Warning, "the encoding UTF8", server.Encoding, "keep all names, accounts and operation ids to what it can hold; a call with any other text is refused"));
        }

        if (!server.IsDurable)
        {
            findings.Add(OfServer(
                "not_durable", FindingSeverity.Warning, "fsync and synchronous_commit on", "commits that a crash may lose", "turn them on; a lost charge was spent all the same"));
        }

        var now = new DateTimeOffset(server.Now);
        if (now < before - TolerableSkew || now > after + TolerableSkew)
        {
            findings.Add(OfServer(
                "clock_skew", FindingSeverity.Warning, $"a clock within {TolerableSkew.TotalSeconds} s of this machine's", $"{(now - after).TotalSeconds:0} s of difference",
                "set the clocks by NTP; the database's decides expiry and periods"));
        }

        return findings;
    }

    private StoreFinding OfServer(string code, FindingSeverity severity, string expected, string found, string fix) => new()
    {
        Code = code,
        Severity = severity,
        Table = $"{connection.Host}:{connection.Port}/{connection.Database}",
        Expected = expected,
        Found = found,
        Fix = fix,
    };

    private async Task ExamineRowsAsync(RowCheck check, List<StoreFinding> findings, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(check.Sql, commandTimeout: 0, cancellationToken: cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<RowFacts>(command).ConfigureAwait(false) is { } row)
        {
            findings.Add(check.Finding(row.Id, row.Shown, row.Rows));
        }
    }

    private async Task ExaminePeriodsAsync(TableName on, string column, string sql, string id, List<StoreFinding> findings, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(
            $"SELECT min({id}) AS id, {sql} AS shown, count(*) AS rows FROM {on.Sql} WHERE {sql} IS NOT NULL GROUP BY {sql}", commandTimeout: 0, cancellationToken: cancellationToken);
        foreach (var row in await connection.QueryAsync<RowFacts>(command).ConfigureAwait(false))
        {
            try
            {
                BudgetPeriod.Parse(row.Shown);
            }
            catch (InvalidFieldException unknown)
            {
                var check = new RowCheck(
                    "period_unknown", FindingSeverity.Error, on, column, id, "", "", unknown.AcceptedForm, "set it right; until then the calls that it binds are refused");
                findings.Add(check.Finding(row.Id, row.Shown, row.Rows));
            }
        }
    }

    private sealed record ServerFacts
    {
        public bool IsStandby { get; init; }

        public bool IsReadOnly { get; init; }

        public string Encoding { get; init; } = "";

        public bool IsDurable { get; init; }

        public DateTime Now { get; init; }
    }

    private sealed record RowFacts
    {
        public string? Id { get; init; }

        public string? Shown { get; init; }

        public long Rows { get; init; }
    }
}
