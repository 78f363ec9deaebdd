using AgentKey.Keys;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>The server behind the proxy: a command to start, or an address to call.</summary>
internal sealed record UpstreamAddress
{
    private const string OwnVariables = "AGENTKEY_";

    private string[] Command { get; init; } = [];

    private Uri? Url { get; init; }

    private Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Whether it is called over HTTP, where a request is cancelled by hanging up.</summary>
    public bool IsHttp => Url is not null;

    /// <summary>Reads what the command line says.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="url">Where the server is called.</param>
    /// <param name="headers">Headers for that, each as <c>NAME=VARIABLE</c>: the value stands in the environment, where others cannot read it.</param>
    /// <exception cref="InvalidFieldException">There are none or both, or something has another form.</exception>
    public static UpstreamAddress Parse(string[] command, string? url, string[] headers)
    {
        if ((command.Length > 0) == (url is not null))
        {
            throw new InvalidFieldException("--url", url is null ? "is missing" : "does not go with a command", "--url http://HOST:PORT/mcp, or -- COMMAND ARGUMENTS");
        }

        if (url is null)
        {
            RefuseOwnKey(command);
            return headers.Length == 0
                ? new UpstreamAddress { Command = command }
                : throw new InvalidFieldException("--header", "needs --url", "--url http://HOST:PORT/mcp --header Authorization=MY_TOKEN");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new UpstreamAddress { Url = address, Headers = headers.Select(ReadHeader).ToDictionary() }
            : throw new InvalidFieldException("--url", "is no address", "http://HOST:PORT/PATH or https://HOST/PATH");
    }

    /// <summary>A new conversation with the server.</summary>
    public IClientTransport CreateTransport(ILoggerFactory loggers) => Url is not null
        ? new HttpClientTransport(new HttpClientTransportOptions { Endpoint = Url, AdditionalHeaders = Headers }, CreateClient(Url), loggers, ownsHttpClient: true)
        : new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Command = Command[0],
                Arguments = Command[1..],
                EnvironmentVariables = HiddenVariables(),
                StandardErrorLines = Console.Error.WriteLine,
            },
            loggers);

    // Without a propagator: else the headers of the caller's trace would go on to the server, with whatever its baggage says.
    // Without a limit: a server may take its time until it answers, and giving up would refund work that goes on.
    private static HttpClient CreateClient(Uri server) =>
        new(new OwnOriginHandler(server, new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false })) { Timeout = Timeout.InfiniteTimeSpan };

    // What another program is started with, everybody on this machine can read.
    private static void RefuseOwnKey(string[] command)
    {
        if (OwnKey is { } key && command.Any(word => word.Contains(key, StringComparison.Ordinal)))
        {
            throw new InvalidFieldException("COMMAND", "contains the caller's key", "a command without it: the server behind the proxy must not learn it");
        }
    }

    private static KeyValuePair<string, string> ReadHeader(string header)
    {
        if (header.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } variable])
        {
            throw new InvalidFieldException("--header", "has another form", "NAME=VARIABLE, e.g. Authorization=MY_TOKEN");
        }

        var value = variable.StartsWith(OwnVariables, StringComparison.OrdinalIgnoreCase) ? null : Environment.GetEnvironmentVariable(variable);
        return value is { Length: > 0 } && !HoldsOwnKey(value)
            ? KeyValuePair.Create(name, value)
            : throw new InvalidFieldException("--header", $"names {variable}, which is not set or not to be passed on", "a variable that holds the header's value");
    }

    /// <summary>Our own settings, the store's password among them, and the caller's key under any other name: the server gets none of them.</summary>
    private static Dictionary<string, string?> HiddenVariables()
    {
        var hidden = new Dictionary<string, string?>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value }
                && (name.StartsWith(OwnVariables, StringComparison.OrdinalIgnoreCase) || HoldsOwnKey(value)))
            {
                hidden[name] = null;
            }
        }

        return hidden;
    }

    private static string? OwnKey => Environment.GetEnvironmentVariable(AgentSecret.EnvironmentVariable) is { Length: > 0 } key ? key : null;

    private static bool HoldsOwnKey(string text) => OwnKey is { } key && text.Contains(key, StringComparison.Ordinal);
}
