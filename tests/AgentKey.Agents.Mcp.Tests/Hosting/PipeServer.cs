using System.IO.Pipelines;
using AgentKey.Agents.Mcp.Tests.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A real MCP server and client that talk as over standard input and output, in one process.</summary>
internal sealed class PipeServer : IAsyncDisposable
{
    // A variable of its own: the process's environment is shared by all tests.
    private readonly string _variable = $"AGENTKEY_TEST_{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _services;
    private readonly Task _running;

    private PipeServer(KeyFolder folder, string? secret, Action<IMcpServerBuilder> configure)
    {
        Environment.SetEnvironmentVariable(_variable, secret);
        Pipe toServer = new(), toClient = new();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton<CallCount>().AddSingleton<Signals>();
        services.AddAgentKeys(_ => folder.OpenStore());
        services.Configure<AgentKeysMcpOptions>(options => options.EnvironmentVariable = _variable);
        configure(services.AddMcpServer().WithStreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()));
        _services = services.BuildServiceProvider();
        _running = _services.GetRequiredService<McpServer>().RunAsync(_stopping.Token);
        Transport = new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream());
    }

    public int Bodies => _services.GetRequiredService<CallCount>().Bodies;

    private StreamClientTransport Transport { get; }

    public IServiceProvider Services => _services;

    /// <param name="folder">The store.</param>
    /// <param name="secret">The key in the environment.</param>
    /// <param name="configure">What is served; everything of this assembly unless it is given.</param>
    public static PipeServer Start(KeyFolder folder, string? secret, Action<IMcpServerBuilder>? configure = null) =>
        new(folder, secret, configure ?? (mcp => mcp.WithAgentKeys().WithAgentTools()));

    public Task<McpClient> ConnectAsync(string? protocol = null, Answer? answer = null) => Clients.ConnectAsync(Transport, protocol, answer);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _services.DisposeAsync();
        _stopping.Dispose();
        Environment.SetEnvironmentVariable(_variable, null);
    }
}
