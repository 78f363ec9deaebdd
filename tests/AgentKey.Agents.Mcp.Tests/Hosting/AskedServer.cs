using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A server on which one call of the tool <c>ask</c> has been paid for and waits for its answer.</summary>
internal sealed class AskedServer : IAsyncDisposable
{
    private AskedServer(HttpServer server, CreatedKey key, RawHttp raw, string state)
    {
        Server = server;
        Key = key;
        Raw = raw;
        State = state;
    }

    public HttpServer Server { get; }

    public CreatedKey Key { get; }

    public RawHttp Raw { get; }

    /// <summary>What the server gave the client to keep.</summary>
    public string State { get; }

    public static async Task<AskedServer> StartAsync(Action<AgentKeysMcpOptions>? configure = null)
    {
        var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys(configure).WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        var raw = new RawHttp(server.Endpoint, key);
        var question = await raw.CallAsync("ask");
        Assert.Equal("input_required", (string?)question["result"]!["resultType"]);
        return new AskedServer(server, key, raw, (string)question["result"]!["requestState"]!);
    }

    public Task<Cost> SpentAsync() => Server.Folder.SpentAsync(Key);

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        await Server.DisposeAsync();
    }
}
