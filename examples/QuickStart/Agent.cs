using AgentKey.Keys;
using AgentKey.Money;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace QuickStart;

/// <summary>One agent: an MCP client that presents its own key, and works until its money is gone.</summary>
internal sealed class Agent : IAsyncDisposable
{
    public const int Parallelism = 64;

    private static readonly Dictionary<string, Cost> Prices = new(StringComparer.Ordinal)
    {
        ["search"] = Cost.FromCents(1),
        ["summarize"] = Cost.FromCents(15),
    };

    private readonly McpClient _client;

    private Agent(string name, KeyInfo key, McpClient client)
    {
        Name = name;
        Key = key;
        _client = client;
    }

    public string Name { get; }

    public KeyInfo Key { get; }

    public Tally Tally { get; } = new();

    public static async Task<Agent> ConnectAsync(string name, CreatedKey created, Uri endpoint)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {created.Secret.Reveal()}" },
        });
        return new Agent(name, created.Key, await McpClient.CreateAsync(transport));
    }

    /// <summary>Makes calls, many at a time, and goes on after refusals: nobody holds the agent back but its key.</summary>
    public Task WorkAsync(int calls, Func<int, string> toolOf) => Parallel.ForEachAsync(
        Enumerable.Range(0, calls),
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
        async (call, _) => await CallAsync(toolOf(call)));

    /// <summary>One call; returns the code of the refusal, or null when it was allowed.</summary>
    public async Task<string?> CallAsync(string tool)
    {
        var arguments = new Dictionary<string, object?> { [tool == "search" ? "query" : "path"] = tool == "search" ? "budget key" : "README.md" };
        var result = await _client.CallToolAsync(tool, arguments);
        if (result.IsError != true)
        {
            Tally.Allow(Prices[tool]);
            return null;
        }

        var code = CodeOf(result);
        Tally.Refuse(code);
        return code;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static string CodeOf(CallToolResult result) =>
        result.StructuredContent is { } structure && structure.TryGetProperty("code", out var code) ? code.GetString()! : "tool_error";
}
