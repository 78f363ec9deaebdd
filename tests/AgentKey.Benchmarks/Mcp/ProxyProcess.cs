using System.Diagnostics;

namespace AgentKey.Benchmarks.Mcp;

/// <summary><c>agentkey mcp-proxy</c> over HTTP on both sides, as a process of its own.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private const string Policy = $$"""{"tools": { "{{McpServers.Tool}}": { "scope": "bench.echo", "cents": 1 } } }""";
    private const string ReadyText = " at http";

    private readonly Process _process;
    private readonly Task _unread;

    private ProxyProcess(Process process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
        // Unread, it would fill the pipes and stop the proxy.
        _unread = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
    }

    public Uri Endpoint { get; }

    public static async Task<ProxyProcess> StartAsync(FreshStore store, Uri upstream)
    {
        var policy = Path.Combine(Directory.CreateTempSubdirectory("agentkey-bench-").FullName, "policy.json");
        await File.WriteAllTextAsync(policy, Policy);
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll"), "mcp-proxy", "--policy", policy, "--listen", "http://127.0.0.1:0", "--url", upstream.ToString()])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["AGENTKEY_STORE"] = store.Address, ["AGENTKEY_STORE_TIMEOUT"] = "60", ["NO_COLOR"] = "1" },
        })!;
        var said = "";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said += line + Environment.NewLine;
            if (line.StartsWith("Ready", StringComparison.Ordinal))
            {
                return new ProxyProcess(process, new Uri("http" + line.Split(ReadyText)[1]));
            }
        }

        throw new InvalidOperationException("The proxy ended: " + said);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _unread;
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
