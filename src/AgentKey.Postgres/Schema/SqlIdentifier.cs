using System.Text;

namespace AgentKey.Postgres.Schema;

/// <summary>Names of tables, columns and roles: checked strictly, and quoted one by one.</summary>
internal static class SqlIdentifier
{
    /// <summary>What Postgres cuts longer names to, silently: NAMEDATALEN - 1.</summary>
    public const int MaxBytes = 63;

    // Every table has them already, under names that cannot be changed.
    private static readonly string[] SystemColumns = ["tableoid", "ctid", "xmin", "cmin", "xmax", "cmax"];

    /// <summary>Whether a text is letters, digits and <c>_</c>, not too long and not starting with a digit.</summary>
    public static bool IsValid(string text) =>
        text.Length > 0
        && Encoding.UTF8.GetByteCount(text) <= MaxBytes
        && !char.IsDigit(text[0])
        && text.All(c => char.IsLetterOrDigit(c) || c == '_');

    /// <summary>Checks one name.</summary>
    /// <exception cref="InvalidFieldException">It is no identifier.</exception>
    public static string Require(string? text, string field) => text is not null && IsValid(text)
        ? text
        : throw new InvalidFieldException(field, "is no identifier", $"letters, digits and _, at most {MaxBytes} bytes, not starting with a digit");

    /// <summary>Checks the name of a column.</summary>
    /// <exception cref="InvalidFieldException">It is no identifier, or the name of a system column.</exception>
    public static string RequireColumn(string? text, string field) => Array.IndexOf(SystemColumns, text) < 0
        ? Require(text, field)
        : throw new InvalidFieldException(field, "is the name of a system column", "any other name");

    /// <summary>The name as SQL.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
