using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>
/// What a database lacks. Looks in the catalog first, because even a no-op <c>ADD COLUMN IF NOT EXISTS</c> stops the
/// table.
/// </summary>
internal sealed class MigrationPlan
{
    // What a migration mends itself.
    private static readonly string[] Mended = ["table_missing", "column_missing", "index_missing", "index_invalid", "replica_identity"];

    private readonly List<MigrationStep> _steps = [];

    private MigrationPlan()
    {
    }

    /// <summary>Compares what is there with what has to be there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="table">The keys table.</param>
    /// <param name="names">Its columns.</param>
    /// <param name="widens">Whether INTEGER columns of cents are to become BIGINT.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="SchemaException">The table has something that no migration may change.</exception>
    public static async Task<IReadOnlyList<MigrationStep>> MakeAsync(
        NpgsqlConnection connection, TableName table, KeyColumns names, bool widens, CancellationToken cancellationToken)
    {
        var plan = new MigrationPlan();
        var facts = await TableFacts.LoadAsync(connection, table, cancellationToken).ConfigureAwait(false);
        if (facts is null)
        {
            plan.CreateKeys(table, names);
        }
        else
        {
            RequireMendable(TableRules.OfKeys(table, names, facts));
            plan.AddColumns(table, names, facts);
            if (widens)
            {
                plan.Widen(table, names, facts);
            }
        }

        plan.AddIndexes(table, TableIndex.OfKeys(names), facts);
        foreach (var companion in CompanionTables.All)
        {
            var beside = table.Beside(companion.Suffix);
            var factsBeside = await TableFacts.LoadAsync(connection, beside, cancellationToken).ConfigureAwait(false);
            RequireMendable(TableRules.OfCompanion(table, companion, factsBeside));
            plan.Complete(beside, companion, factsBeside);
        }

        return plan._steps;
    }

    /// <exception cref="SchemaException">A table is not what its name says, and was left as it is.</exception>
    private static void RequireMendable(IEnumerable<StoreFinding> findings) =>
        KeysTable.Require(findings.Where(finding => Array.IndexOf(Mended, finding.Code) < 0));

    private void CreateKeys(TableName table, KeyColumns names)
    {
        var columns = KeyColumn.All.Select(column => $"    {SqlIdentifier.Quote(names[column.Role])} {column.DefinitionFor("BIGINT")}");
        Add($"Create the table {table.Sql}.", $"CREATE TABLE {table.Sql} (\n{string.Join(",\n", columns)}\n) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)");
    }

    private void AddColumns(TableName table, KeyColumns names, TableFacts facts)
    {
        foreach (var column in KeyColumn.All.Where(column => column.CanBeAdded && !facts.Columns.ContainsKey(names[column.Role])))
        {
            var name = SqlIdentifier.Quote(names[column.Role]);
            Add(
                $"Add the column {name} to {table.Sql}: changes no row, and holds the table for an instant.",
                $"ALTER TABLE {table.Sql} ADD COLUMN {name} {column.DefinitionFor(facts.Columns[names.Id].Type)}");
        }
    }

    private void Widen(TableName table, KeyColumns names, TableFacts facts)
    {
        var narrow = KeyColumn.All.Where(column => column.Kind == ColumnKind.Cents && facts.Columns.TryGetValue(names[column.Role], out var found) && found.Type == "integer")
            .Select(column => SqlIdentifier.Quote(names[column.Role]))
            .ToArray();
        if (narrow.Length > 0)
        {
            Add(
                $"Widen {string.Join(" and ", narrow)} of {table.Sql} to BIGINT: REWRITES THE TABLE, and everybody waits until it is done.",
                $"ALTER TABLE {table.Sql} {string.Join(", ", narrow.Select(name => $"ALTER COLUMN {name} TYPE BIGINT"))}");
        }
    }

    private void Complete(TableName table, CompanionTable companion, TableFacts? facts)
    {
        if (facts is null)
        {
            var columns = companion.Columns.Select(column => $"    {column.Name} {column.Type}");
            Add($"Create the table {table.Sql}.", $"CREATE TABLE {table.Sql} (\n{string.Join(",\n", columns)}\n)");
        }
        else
        {
            foreach (var (name, type) in companion.Columns.Where(column => !facts.Columns.ContainsKey(column.Name)))
            {
                Add($"Add the column {name} to {table.Sql}: changes no row, and holds the table for an instant.", $"ALTER TABLE {table.Sql} ADD COLUMN {name} {type}");
            }
        }

        AddIndexes(table, companion.Indexes, facts);
        if (companion.Identity is { } identity && facts?.Kind.TellsRowsApart != true)
        {
            // Behind its index: one that was built again has to be named again, too.
            var name = identity.NameFor(facts, table);
            Add(
                $"Identify the rows of {table.Sql} by the index {name} where they are published: changes no row, and holds the table for an instant.",
                $"ALTER TABLE {table.Sql} REPLICA IDENTITY USING INDEX {SqlIdentifier.Quote(name)}");
        }
    }

    private void AddIndexes(TableName table, IReadOnlyList<TableIndex> indexes, TableFacts? facts)
    {
        foreach (var index in indexes.Where(index => facts is null || !index.IsServedBy(facts, table)))
        {
            var name = index.NameFor(facts, table);
            if (facts is not null && index.Find(facts, table) is not null)
            {
                // It enforces nothing, and IF NOT EXISTS would skip it for ever.
                Add(
                    $"Drop the index {name}, which an interrupted build left behind: waits for open transactions, and keeps nobody waiting.",
                    $"DROP INDEX CONCURRENTLY {table.Qualify(name)}",
                    isOnline: true);
            }

            var (online, how) = facts is null ? ("", "the table is new") : ("CONCURRENTLY ", "reads the whole table, and keeps nobody waiting");
            Add(
                $"Build the index {name}: {how}.",
                $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {online}{SqlIdentifier.Quote(name)} ON {table.Sql} {index.Definition}",
                isOnline: facts is not null);
        }
    }

    private void Add(string summary, string sql, bool isOnline = false) => _steps.Add(new MigrationStep(summary, sql) { IsOnline = isOnline });
}
