using System.CommandLine;

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

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object on stdout.",
        Recursive = true,
    };

    public static string StoreOf(ParseResult parse) =>
        parse.GetValue(Store) ?? (Environment.GetEnvironmentVariable(StoreAddress.EnvironmentVariable) is { Length: > 0 } address ? address : StoreAddress.Default);
}
