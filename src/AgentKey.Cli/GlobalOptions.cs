using System.CommandLine;
using AgentKey.Storage;

namespace AgentKey.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Store = new("--store")
    {
        Description = $"sqlite:PATH or postgres:CONNECTION-STRING [default: {StoreAddress.EnvironmentVariable}, else {StoreAddress.Default}]. "
            + $"Keep a password out of the process list: set {StoreAddress.EnvironmentVariable} instead.",
        Recursive = true,
    };

    public static readonly Option<string?> Table = new("--table")
    {
        Description = $"The keys table in Postgres, name or schema.name [default: {StoreAddress.TableVariable}, else sdk_api_keys].",
        Recursive = true,
    };

    public static readonly Option<string[]> Column = new("--column")
    {
        Description = $"What the table calls a column, e.g. key_hash=token_digest; repeatable [default: {StoreAddress.ColumnsVariable}, separated by commas].",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object on stdout.",
        Recursive = true,
    };

    /// <summary>Opens the store that the options name.</summary>
    /// <exception cref="InvalidFieldException">An option has another form.</exception>
    public static IKeyStore OpenStore(ParseResult parse)
    {
        var columns = parse.GetValue(Column) is { Length: > 0 } given ? given : Setting(StoreAddress.ColumnsVariable)?.Split(',') ?? [];
        return StoreAddress.Open(
            parse.GetValue(Store) ?? Setting(StoreAddress.EnvironmentVariable) ?? StoreAddress.Default,
            parse.GetValue(Table) ?? Setting(StoreAddress.TableVariable),
            columns);
    }

    private static string? Setting(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
