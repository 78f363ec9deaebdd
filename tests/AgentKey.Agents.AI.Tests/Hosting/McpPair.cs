using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>A real MCP server and its client, over pipes.</summary>
internal sealed class McpPair : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _services;
    private readonly Task _running;

    private McpPair(ServiceProvider services)
    {
        _services = services;
        _running = services.GetRequiredService<McpServer>().RunAsync(_stopping.Token);
    }

    public McpClient Client { get; private set; } = null!;

    public static async Task<McpPair> StartAsync(params IEnumerable<McpServerTool> tools)
    {
        Pipe toServer = new(), toClient = new();
        var services = new ServiceCollection();
        services.AddMcpServer().WithStreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()).WithTools(tools);
        var transport = new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream());
        var pair = new McpPair(services.BuildServiceProvider());
        pair.Client = await McpClient.CreateAsync(transport, cancellationToken: TestContext.Current.CancellationToken);
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _services.DisposeAsync();
        _stopping.Dispose();
    }
}
