using AgentKey.Keys;
using ModelContextProtocol.Client;

namespace AgentKey.Benchmarks.Mcp;

/// <summary>Clients of one server that call its tool; what costs nothing counts its own calls, as if each had cost a cent.</summary>
internal sealed class McpTarget(string name, IReadOnlyList<McpClient> clients, Func<Task<long>>? readSpent) : ITarget
{
    private static readonly Dictionary<string, object?> Arguments = new() { ["text"] = "hello" };

    private long _called;

    public string Name { get; } = name;

    public static async Task<McpTarget> ConnectAsync(string name, Uri endpoint, int count, CreatedKey? key, Func<Task<long>>? readSpent)
    {
        var clients = new McpClient[count];
        for (var i = 0; i < count; i++)
        {
            clients[i] = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = endpoint,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = "Bearer " + key.Secret.Reveal() },
            }));
        }

        return new McpTarget(name, clients, readSpent);
    }

    public async Task<bool> ChargeAsync(int key)
    {
        var result = await clients[key].CallToolAsync(McpServers.Tool, Arguments);
        Interlocked.Increment(ref _called);
        return result.IsError is not true;
    }

    public Task<long> ReadSpentCentsAsync() => readSpent?.Invoke() ?? Task.FromResult(Interlocked.Read(ref _called));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
