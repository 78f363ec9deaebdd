using System.Globalization;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Instants in the file: whole milliseconds since 1970, which sort and compare as integers.</summary>
internal static class SqliteTime
{
    /// <summary>SQLite's own clock, as an SQL expression.</summary>
    public const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    /// <summary>The first instant that is understood, in milliseconds: 1000-01-01, from which a calendar can still go back.</summary>
    public const string Earliest = "-30610224000000";

    /// <summary>The last: 9999-12-31.</summary>
    public const string Latest = "253402214400000";

    private static readonly long MinMilliseconds = long.Parse(Earliest, CultureInfo.InvariantCulture);
    private static readonly long MaxMilliseconds = long.Parse(Latest, CultureInfo.InvariantCulture);

    public static object ToColumn(DateTimeOffset? instant) =>
        instant is { } value ? value.ToUnixTimeMilliseconds() : DBNull.Value;

    /// <summary>An instant; the nearest that is understood where another program wrote one that is not.</summary>
    public static DateTimeOffset Read(SqliteDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(row.GetInt64(column), MinMilliseconds, MaxMilliseconds));

    public static DateTimeOffset? ReadOptional(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Read(row, column);
}
