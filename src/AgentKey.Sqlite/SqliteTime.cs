using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Instants in the file: whole milliseconds since 1970, which sort and compare as integers.</summary>
internal static class SqliteTime
{
    /// <summary>SQLite's own clock, as an SQL expression.</summary>
    public const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public static object ToColumn(DateTimeOffset? instant) =>
        instant is { } value ? value.ToUnixTimeMilliseconds() : DBNull.Value;

    public static DateTimeOffset Read(SqliteDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? ReadOptional(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Read(row, column);
}
