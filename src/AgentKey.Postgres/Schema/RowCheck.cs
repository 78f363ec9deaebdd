using AgentKey.Storage;

namespace AgentKey.Postgres.Schema;

/// <summary>A question about every row of a table, whose answer should be none.</summary>
/// <param name="Code">The finding's code.</param>
/// <param name="Severity">How bad a row is.</param>
/// <param name="Table">The table.</param>
/// <param name="Column">The column that a person looks at first.</param>
/// <param name="Id">What tells rows apart, as SQL.</param>
/// <param name="Where">Which rows are meant, as SQL.</param>
/// <param name="Shown">What to show of the first of them, as SQL; never a hash.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Fix">How to mend it.</param>
internal sealed record RowCheck(
    string Code, FindingSeverity Severity, TableName Table, string Column, string Id, string Where, string Shown, string Expected, string Fix)
{
    /// <summary>The number of rows, and the first of them: its id and what to show.</summary>
    public string Sql => $"SELECT {Id} AS id, ({Shown})::text AS shown, count(*) OVER () AS rows FROM {Table.Sql} k WHERE {Where} ORDER BY {Id} LIMIT 1";

    public StoreFinding Finding(string? id, string? shown, long rows) => new()
    {
        Code = Code,
        Severity = Severity,
        Table = Table.Sql,
        Column = Column,
        RowId = id,
        Expected = Expected,
        Found = rows == 1 ? $"{shown ?? "NULL"}" : $"{shown ?? "NULL"}, and {rows - 1} more rows like it",
        Fix = Fix,
    };
}
