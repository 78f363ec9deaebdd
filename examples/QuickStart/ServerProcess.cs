using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QuickStart;

/// <summary>examples/BudgetedMcpServer as a child process on a free port of the loopback interface.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where MCP is served.</summary>
    public Uri Endpoint { get; }

    public static async Task<ServerProcess> StartAsync(string storePath)
    {
        var urls = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [ServerAssembly(), "--urls", urls, "--store", $"sqlite:{storePath}"]);
        var server = new ServerProcess(Process.Start(start)!, new Uri(urls + "/mcp"));
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>The status code that a call with this secret gets.</summary>
    public async Task<HttpStatusCode> ProbeAsync(string secret)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var call = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(Endpoint, call);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var response = await http.GetAsync(Endpoint);
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && waited.Elapsed < StartTimeout)
            {
                // Not listening yet.
            }
        }
    }

    private static string ServerAssembly()
    {
        // Both programs are built to the same place below their own folders.
        var separator = Path.DirectorySeparatorChar;
        var folder = AppContext.BaseDirectory.Replace(
            $"{separator}QuickStart{separator}", $"{separator}BudgetedMcpServer{separator}", StringComparison.Ordinal);
        return Path.Combine(folder, "BudgetedMcpServer.dll");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
