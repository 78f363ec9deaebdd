using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using ModelContextProtocol.Client;

namespace AgentKey.McpProxy.Tests.Hosting;

/// <summary>A client, the proxy, and the server behind it, over any two transports.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly PlainServer? _server;

    private Line(KeyFolder folder, CreatedKey key, Proxy proxy, PlainServer? server, McpClient client)
    {
        Folder = folder;
        Key = key;
        Proxy = proxy;
        _server = server;
        Client = client;
    }

    /// <summary>How the client reaches the proxy, and how the proxy reaches the server: each over HTTP or not.</summary>
    public static TheoryData<bool, bool> Transports => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    /// <summary>The same, with a client of the newest revision and with one of the last before it.</summary>
    public static TheoryData<bool, bool, string?> TransportsOfBothRevisions => new()
    {
        { false, false, null }, { false, true, null }, { true, false, null }, { true, true, null },
        { false, false, "2025-11-25" }, { false, true, "2025-11-25" }, { true, false, "2025-11-25" }, { true, true, "2025-11-25" },
    };

    public KeyFolder Folder { get; }

    public CreatedKey Key { get; }

    public Proxy Proxy { get; }

    public McpClient Client { get; }

    public static async Task<Line> StartAsync(
        bool isHttp = false, bool isHttpBehind = false, decimal cents = 300, string policy = Policies.Plain, string? protocol = null, string[]? options = null, string[]? behind = null,
        Earwitness? witness = null, Answer? answer = null)
    {
        var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(cents, "plain.*");
        var proxy = new Proxy(folder, policy);
        var server = isHttpBehind ? await PlainServer.StartHttpAsync(behind ?? []) : null;
        string[] upstream = [.. options ?? [], .. server is null ? PlainServer.Command(behind ?? []) : ["--url", server.Endpoint.ToString()]];
        if (!isHttp)
        {
            return new Line(folder, key, proxy, server, await proxy.ConnectStdioAsync(key.Secret.Reveal(), upstream, protocol, answer, witness));
        }

        await proxy.StartHttpAsync(upstream);
        return new Line(folder, key, proxy, server, await proxy.ConnectHttpAsync(key, protocol, answer, witness));
    }

    public Task<Money.Cost> SpentAsync() => Folder.SpentAsync(Key);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Proxy.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Folder.DisposeAsync();
    }
}
