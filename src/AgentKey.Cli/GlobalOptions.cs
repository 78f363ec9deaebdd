using System.CommandLine;
using System.Globalization;
using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary>Peppers of the hashes, as <see cref="Peppers.Parse"/> reads them. Not an option: others can read a command line.</summary>
    public const string PeppersVariable = "AGENTKEY_PEPPERS";

    /// <summary>Set to 1, rows with plain hashes open no more.</summary>
    public const string RefusePlainVariable = "AGENTKEY_REFUSE_PLAIN_HASHES";

    /// <summary>For how many seconds a server waits for the store before it refuses.</summary>
    public const string StoreTimeoutVariable = "AGENTKEY_STORE_TIMEOUT";

    /// <summary>Of how many budgets a server's metrics tell how full they are.</summary>
    public const string MeasuredBudgetsVariable = "AGENTKEY_MEASURED_BUDGETS";

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

    /// <summary>The settings that the environment gives.</summary>
    /// <exception cref="InvalidFieldException">A setting has another form.</exception>
    public static AgentKeysOptions ReadSettings()
    {
        // A person waits longer than an agent, and the first thing that a new process does is slow.
        var options = new AgentKeysOptions { StoreTimeout = TimeSpan.FromSeconds(30) };
        if (Setting(PeppersVariable) is { } peppers)
        {
            options.Peppers = Peppers.Parse(peppers, PeppersVariable);
        }

        // Also without peppers: then nothing would open, and that is refused rather than forgotten.
        options.Peppers.AcceptPlainHashes = Setting(RefusePlainVariable) is null or "0";

        return options;
    }

    /// <summary>As <see cref="ReadSettings"/>, for what serves programs, which wait less long.</summary>
    /// <exception cref="InvalidFieldException">A setting has another form.</exception>
    public static AgentKeysOptions ReadServerSettings()
    {
        var options = ReadSettings();
        options.StoreTimeout = Setting(StoreTimeoutVariable) switch
        {
            null => new AgentKeysOptions().StoreTimeout,
            var text when int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => TimeSpan.FromSeconds(seconds),
            _ => throw new InvalidFieldException(StoreTimeoutVariable, "is no duration", "whole seconds of at least 1, e.g. 5"),
        };
        options.MeasuredBudgets = Setting(MeasuredBudgetsVariable) switch
        {
            null => 0,
            var text when int.TryParse(text, CultureInfo.InvariantCulture, out var count) => count,
            _ => throw new InvalidFieldException(MeasuredBudgetsVariable, "is no number", "0 to 100"),
        };
        return options;
    }

    private static string? Setting(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
