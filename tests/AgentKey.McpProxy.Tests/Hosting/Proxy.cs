using System.Diagnostics;
using System.Globalization;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using ModelContextProtocol.Client;

namespace AgentKey.McpProxy.Tests.Hosting;

/// <summary><c>agentkey mcp-proxy</c> as a stranger starts it: a process of its own, in front of another one.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private const string ReadyText = " at http";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-proxy-");
    private readonly string _store;
    private Process? _process;
    private Task<string[]> _unread = Task.FromResult<string[]>([]);

    public Proxy(KeyFolder folder, string policy)
        : this($"sqlite:{folder.File}", policy)
    {
    }

    public Proxy(string store, string policy)
    {
        _store = store;
        File.WriteAllText(PolicyPath, policy);
    }

    public Uri Endpoint { get; private set; } = null!;

    public string Folder => _folder.FullName;

    /// <summary>What the process is started with besides.</summary>
    public Dictionary<string, string?> Environment { get; } = new()
    {
        // A loaded machine may keep a store waiting; what the tests look at is what it decides.
        ["AGENTKEY_STORE_TIMEOUT"] = "120",
    };

    /// <summary>What starts the program; nothing unless it is said.</summary>
    public string[] Launcher { get; init; } = [];

    private string PolicyPath => Path.Combine(Folder, "policy.json");

    private static string Program => Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll");

    /// <summary>Starts the proxy on a free port, and waits until it says that it is ready.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> StartHttpAsync(params string[] upstream)
    {
        _process = Process.Start(StartInfo(["--listen", "http://127.0.0.1:0", .. upstream]))!;
        string? line;
        var said = new List<string>();
        do
        {
            line = await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.True(line is not null, "The proxy ended: " + string.Join(System.Environment.NewLine, said));
            said.Add(line);
        }
        while (!line.StartsWith("Ready", StringComparison.Ordinal));

        // Unread, it would fill the pipe and stop the proxy.
        _unread = Task.WhenAll(_process.StandardError.ReadToEndAsync(), _process.StandardOutput.ReadToEndAsync());
        Endpoint = new Uri("http" + line.Split(ReadyText)[1]);
        return line;
    }

    public Task<McpClient> ConnectHttpAsync(CreatedKey? key, string? protocol = null, Answer? answer = null, Earwitness? witness = null)
    {
        var options = new HttpClientTransportOptions { Endpoint = Endpoint, TransportMode = HttpTransportMode.StreamableHttp };
        if (key is not null)
        {
            options.AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + key.Secret.Reveal() };
        }

        return ConnectAsync(new HttpClientTransport(options), protocol, answer, witness);
    }

    /// <summary>Starts the proxy as a child of its client, as desktop agents do.</summary>
    public Task<McpClient> ConnectStdioAsync(string? secret, string[] upstream, string? protocol = null, Answer? answer = null, Earwitness? witness = null) =>
        ConnectAsync(
            new StdioClientTransport(new StdioClientTransportOptions
            {
                Command = "dotnet",
                Arguments = [Program, .. Arguments, .. upstream],
                EnvironmentVariables = new Dictionary<string, string?>(Environment) { [AgentSecret.EnvironmentVariable] = secret },
            }),
            protocol,
            answer,
            witness);

    private static Task<McpClient> ConnectAsync(IClientTransport transport, string? protocol, Answer? answer, Earwitness? witness) =>
        Clients.ConnectAsync(witness?.On(transport) ?? transport, protocol, answer);

    /// <summary>Runs the command to its end.</summary>
    public async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    /// <summary>Ends the proxy.</summary>
    /// <returns>What it said since it was ready.</returns>
    public async Task<string> StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        return string.Concat(await _unread);
    }

    /// <summary>Asks the proxy to end, as an init system does, and waits for it.</summary>
    /// <returns>Its exit code, and what it said since it was ready.</returns>
    public async Task<(int ExitCode, string Said)> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, string.Concat(await _unread));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();

        _folder.Delete(recursive: true);
    }

    private string[] Arguments => ["mcp-proxy", "--policy", PolicyPath, "--store", _store];

    private ProcessStartInfo StartInfo(string[] arguments)
    {
        string[] command = [.. Launcher, "dotnet", Program, .. Arguments, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["NO_COLOR"] = "1" },
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
