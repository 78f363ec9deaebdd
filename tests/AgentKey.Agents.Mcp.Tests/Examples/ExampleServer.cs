using System.Diagnostics;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.TestSupport;
using ModelContextProtocol.Client;

namespace AgentKey.Agents.Mcp.Tests.Examples;

/// <summary>examples/BudgetedMcpServer as a stranger starts it: a process of its own, over a folder of two documents.</summary>
internal sealed class ExampleServer : IAsyncDisposable
{
    private const string ReadyText = " documents at ";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("agentkey-docs-");
    private readonly string _store;
    private Process? _process;

    public ExampleServer(KeyFolder folder)
        : this($"sqlite:{folder.File}")
    {
    }

    public ExampleServer(string store)
    {
        _store = store;
        var docs = Directory.CreateDirectory(Docs);
        File.WriteAllText(Path.Combine(_files.FullName, "secret.md"), "The outside is secret.");
        File.CreateSymbolicLink(Path.Combine(docs.FullName, "link.md"), Path.Combine(_files.FullName, "secret.md"));
        docs.CreateSubdirectory("guides");
        File.WriteAllText(Path.Combine(docs.FullName, "guides", "budgets.md"), "# Budgets\n\nA budget caps what an agent may spend.\n");
        File.WriteAllText(Path.Combine(docs.FullName, "weather.md"), "# Weather\n\nThe weather of the coast is mild. Winds blow from the west coast all day. Bring a coat.\n");
    }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The documents that it serves.</summary>
    public string Docs => Path.Combine(_files.FullName, "docs");

    private static string Program => ExampleProgram.PathTo("BudgetedMcpServer");

    /// <summary>Runs the program to its end.</summary>
    /// <returns>The exit code, and what it wrote to its error stream.</returns>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    /// <summary>Starts the server on a free port and waits until it says that it is ready.</summary>
    public async Task StartHttpAsync()
    {
        _process = Start(["--urls", "http://127.0.0.1:0", .. Arguments]);
        var ready = await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Contains(ReadyText, ready, StringComparison.Ordinal);
        Endpoint = new Uri(ready!.Split(ReadyText)[1]);
    }

    public Task<McpClient> ConnectHttpAsync(CreatedKey key, Answer? answer = null, string? protocol = null) => Clients.ConnectAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + key.Secret.Reveal() },
        }),
        protocol,
        answer);

    /// <summary>Starts the server as a child of its client, as desktop agents do.</summary>
    public Task<McpClient> ConnectStdioAsync(string? secret) => Clients.ConnectAsync(new StdioClientTransport(new StdioClientTransportOptions
    {
        Command = "dotnet",
        Arguments = [Program, "--stdio", .. Arguments],
        EnvironmentVariables = new Dictionary<string, string?> { [AgentSecret.EnvironmentVariable] = secret },
    }));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _files.Delete(recursive: true);
    }

    // A loaded machine may keep a store waiting; what the tests look at is what it decides.
    private string[] Arguments => ["--store", _store, "--store-timeout", "120", "--docs", Docs];

    private static Process Start(string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Its log is not ours to print; unread, it would fill the pipe and stop the server.
        process.BeginOutputReadLine();
        return process;
    }
}
