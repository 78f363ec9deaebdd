using System.Globalization;

namespace AgentKey.Sqlite;

/// <summary>Key ids: text outside, an integer in the file.</summary>
internal static class SqliteKeyId
{
    /// <summary>An id that this file has never given out; what cannot be an id is looked up as this and not found.</summary>
    public const long None = -1;

    public static long ToColumn(string keyId) =>
        long.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : None;

    public static string ToText(long id) => id.ToString(CultureInfo.InvariantCulture);
}
