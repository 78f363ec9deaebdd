using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Holds the tables of a file against those that a migration makes.</summary>
internal static class SqliteStructure
{
    /// <summary>What is wrong with the tables that are there; nothing of one that is not.</summary>
    public static List<StoreFinding> Examine(SqliteConnection connection)
    {
        using var model = new SqliteConnection("Data Source=:memory:");
        model.Open();
        SqliteSchema.CreateTables(model);
        return [.. SqliteSchema.Tables.SelectMany(table => KindOf(connection, table) switch
        {
            null => [],
            "view" => [Finding("not_a_table", connection, table, null, "a table", "a view")],
            _ => OfColumns(connection, table, ColumnsOf(model, table)),
        })];
    }

    /// <exception cref="SchemaException">A table is not as it has to be.</exception>
    public static void Require(SqliteConnection connection)
    {
        if (Examine(connection) is [var first, ..] wrong)
        {
            throw new SchemaException(
                $"The SQLite file {connection.DataSource} holds a {first.Table} that is not ours: "
                + string.Join("; ", wrong.Select(finding => $"{finding.Column ?? finding.Table}: expected {finding.Expected}, found {finding.Found}"))
                + "; rename it, or take another file. Nothing was changed.");
        }
    }

    public static string? KindOf(SqliteConnection connection, string table) =>
        connection.Query("SELECT type FROM sqlite_schema WHERE lower(name) = $table", row => row.GetString(0), ("$table", table)).FirstOrDefault();

    private static IEnumerable<StoreFinding> OfColumns(SqliteConnection connection, string table, IEnumerable<(string Name, string Type, bool IsKey)> expected)
    {
        var found = ColumnsOf(connection, table).ToDictionary(column => column.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, type, isKey) in expected)
        {
            if (!found.TryGetValue(name, out var column))
            {
                yield return Finding("column_missing", connection, table, name, type, "no such column");
            }
            else if (!type.Equals(column.Type, StringComparison.OrdinalIgnoreCase))
            {
                yield return Finding("column_type", connection, table, name, type, column.Type.Length == 0 ? "no type" : column.Type);
            }
            else if (isKey && !column.IsKey)
            {
                yield return Finding("column_type", connection, table, name, "a part of the primary key", "an ordinary column");
            }
        }
    }

    private static List<(string Name, string Type, bool IsKey)> ColumnsOf(SqliteConnection connection, string table) =>
        connection.Query("SELECT name, type, pk > 0 FROM pragma_table_info($table)", row => (row.GetString(0), row.GetString(1), row.GetBoolean(2)), ("$table", table));

    private static StoreFinding Finding(string code, SqliteConnection connection, string table, string? column, string expected, string found) => new()
    {
        Code = code,
        Severity = FindingSeverity.Error,
        Table = table,
        Column = column,
        Expected = expected,
        Found = found,
        Fix = $"rename it if it is not ours, and {SqliteFile.Migrate(connection.DataSource)}",
    };
}
