using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Serve;
using AgentKey.Storage;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

/// <summary>The sidecar: the same keys for programs in other languages.</summary>
internal static class ServeCommand
{
    /// <summary>The applications' token. Not an option: others can read a command line.</summary>
    public const string TokenVariable = "AGENTKEY_SERVE_TOKEN";

    /// <summary>The operators' token.</summary>
    public const string AdminTokenVariable = "AGENTKEY_ADMIN_TOKEN";

    private static readonly Option<string> Url = new("--url")
    {
        Description = "Where applications charge. Not beyond this machine without TLS in front of it.",
        DefaultValueFactory = _ => "http://127.0.0.1:7400",
    };

    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = $"The file with the applications' token, one a line while it is being replaced [default: {TokenVariable}].",
    };

    private static readonly Option<string> AdminUrl = new("--admin-url")
    {
        Description = "Where operators make and change keys, once there is a token for them.",
        DefaultValueFactory = _ => "http://127.0.0.1:7401",
    };

    private static readonly Option<string?> AdminTokenFile = new("--admin-token-file")
    {
        Description = $"The file with the operators' token [default: {AdminTokenVariable}, else nobody administers].",
    };

    private static readonly Option<string?> MetricsUrl = new("--metrics-url")
    {
        Description = "Where Prometheus may scrape /metrics, e.g. http://127.0.0.1:7402 [default: nowhere].",
    };

    public static Command Create() =>
        new Command("serve", "Serve charges and holds over HTTP, for programs in any language, until it is stopped.") { Url, TokenFile, AdminUrl, AdminTokenFile, MetricsUrl }
            .RunsUntilStopped(RunAsync);

    private static async Task RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var options = new KeyServerOptions
        {
            DataTokens = await ReadTokensAsync(parse.GetValue(TokenFile), "--token-file", TokenVariable, cancellationToken),
            DataUrl = parse.GetValue(Url)!,
            AdminTokens = IsAdministered(parse) ? await ReadTokensAsync(parse.GetValue(AdminTokenFile), "--admin-token-file", AdminTokenVariable, cancellationToken) : null,
            AdminUrl = parse.GetValue(AdminUrl)!,
            MetricsUrl = parse.GetValue(MetricsUrl),
            ConfigureLogging = logging => logging.AddErrorLog(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning),
        };
        await CheckStoreAsync(keys, cancellationToken);
        await using var server = await StartAsync(keys, options, cancellationToken);
        ResultWriter.Write(AddressesOf(server), parse.GetValue(GlobalOptions.Json));
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task<KeyServer> StartAsync(AgentKeys keys, KeyServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await KeyServer.StartAsync(keys, options, cancellationToken);
        }
        catch (InvalidFieldException refused) when (OptionOf(refused.Field) is { } option)
        {
            throw new InvalidFieldException(option, "is no address to listen at", refused.AcceptedForm);
        }
    }

    private static string? OptionOf(string field) => field switch
    {
        nameof(KeyServerOptions.DataUrl) => Url.Name,
        nameof(KeyServerOptions.AdminUrl) => AdminUrl.Name,
        nameof(KeyServerOptions.MetricsUrl) => MetricsUrl.Name,
        _ => null,
    };

    // An address without a token is a mistake that must not pass for "no admin plane".
    private static bool IsAdministered(ParseResult parse) =>
        parse.GetValue(AdminTokenFile) is not null
        || parse.GetResult(AdminUrl) is { Implicit: false }
        || Environment.GetEnvironmentVariable(AdminTokenVariable) is { Length: > 0 };

    private static CommandResult AddressesOf(KeyServer server)
    {
        (string Json, string Plain, Uri? Address)[] addresses =
            [("data", "Data plane", server.DataAddress), ("admin", "Admin plane", server.AdminAddress), ("metrics", "Metrics", server.MetricsAddress)];
        return new CommandResult(
            new JsonObject(addresses.Select(one => KeyValuePair.Create(one.Json, (JsonNode?)one.Address?.ToString()))),
            new Text(string.Join(Environment.NewLine, addresses.Where(one => one.Address is not null).Select(one => $"{one.Plain}: {one.Address}"))));
    }

    private static async Task<AccessTokens> ReadTokensAsync(string? file, string option, string variable, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return AccessTokens.Parse(Environment.GetEnvironmentVariable(variable), variable);
        }

        try
        {
            return AccessTokens.Parse(await File.ReadAllTextAsync(file, cancellationToken), option);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InvalidFieldException(option, "cannot be read", "a file that this user may read");
        }
    }

    /// <summary>A table that is not there is for whoever started this; a store that does not answer yet is not.</summary>
    private static async Task CheckStoreAsync(AgentKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            await keys.PingAsync(cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            await Console.Error.WriteLineAsync($"{unavailable.Message} It starts all the same, and refuses until the store answers.");
        }
    }
}
