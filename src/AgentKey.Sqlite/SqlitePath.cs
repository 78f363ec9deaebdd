using System.Text.RegularExpressions;

namespace AgentKey.Sqlite;

/// <summary>What is the path of a file, and nothing else that the driver would open.</summary>
internal static partial class SqlitePath
{
    /// <summary>
    /// Each connection to a database in memory has one of its own, and of what only the driver understands nobody here
    /// could say whether the file is still there.
    /// </summary>
    /// <exception cref="InvalidFieldException">It is something else.</exception>
    public static string Require(string path) => OtherForm().IsMatch(path)
        ? throw new InvalidFieldException(
            nameof(path), "is in memory, a URI or a connection string, and no file", "the path of a file, e.g. keys.db or /var/lib/keys.db; in a test, one in a temporary folder")
        : path;

    [GeneratedRegex(@"^\s*(:memory:|file:|\|DataDirectory\||([\w ]+=[^;]*;\s*)*(Data\s*Source|Filename)\s*=)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherForm();
}
