using System.Diagnostics;
using AgentKey.Agents.Mcp.Tests.Hosting;
using ModelContextProtocol.Client;

namespace AgentKey.McpProxy.Tests.Hosting;

/// <summary>The server behind the proxy, which knows nothing of keys: as a command to start, or running on a port of its own.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private const string ListeningText = "Listening at ";

    private readonly Process _process;
    private readonly Task _unread;

    private PlainServer(Process process, Uri endpoint)
    {
        _process = process;
        // Unread, it would fill the pipes and stop the server.
        _unread = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    // Both projects are built to the same place below their own folders.
    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("AgentKey.McpProxy.Tests", "AgentKey.PlainMcpServer", StringComparison.Ordinal), "AgentKey.PlainMcpServer.dll");

    /// <summary>What the command line of the proxy says after its options.</summary>
    public static string[] Command(params string[] arguments) => ["--", "dotnet", Program, .. arguments];

    /// <summary>The same, and each start is written down in a folder.</summary>
    public static string[] CountedCommand(string folder) =>
        ["--", "sh", "-c", "echo started >> \"$0\" && exec \"$@\"", StartsIn(folder), .. Command()[1..]];

    /// <summary>How often the counted command was started.</summary>
    public static int Started(string folder) => File.ReadAllLines(StartsIn(folder)).Length;

    public static async Task<PlainServer> StartHttpAsync(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Program, "--http", .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(ListeningText, line, StringComparison.Ordinal);
        return new PlainServer(process, new Uri(line![ListeningText.Length..]));
    }

    /// <summary>A client of the server itself, without a proxy.</summary>
    public static Task<McpClient> ConnectStdioAsync(string? protocol = null, Answer? answer = null) => Clients.ConnectAsync(
        new StdioClientTransport(new StdioClientTransportOptions { Command = "dotnet", Arguments = [Program] }), protocol, answer);

    public Task<McpClient> ConnectAsync(string? protocol = null) => Clients.ConnectAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = Endpoint, TransportMode = HttpTransportMode.StreamableHttp }), protocol);

    private static string StartsIn(string folder) => Path.Combine(folder, "starts");

    /// <summary>Ends the server, as a crash would.</summary>
    public async Task StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _unread;
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }
}
