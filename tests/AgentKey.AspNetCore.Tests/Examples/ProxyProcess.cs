using System.Diagnostics;
using AgentKey.TestSupport;

namespace AgentKey.AspNetCore.Tests.Examples;

/// <summary>examples/HttpProxy as a stranger starts it: a process of its own.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    public const string UpstreamKey = "sk-operators-own";

    private const string ReadyText = "Ready: ";

    private readonly Process _process;

    private ProxyProcess(Process process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    private static string Program => ExampleProgram.PathTo("HttpProxy");

    /// <summary>Starts it on a free port and waits until it says that it is ready.</summary>
    public static async Task<ProxyProcess> StartAsync(KeyFolder folder, Uri upstream)
    {
        var process = Start(UpstreamKey, "--urls", "http://127.0.0.1:0", "--store", $"sqlite:{folder.File}", "--upstream", upstream.ToString());
        var ready = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(ReadyText, ready, StringComparison.Ordinal);
        return new ProxyProcess(process, new Uri(ready![ReadyText.Length..]));
    }

    /// <summary>Runs the program to its end.</summary>
    /// <returns>The exit code, and what it wrote to its error stream.</returns>
    public static async Task<(int ExitCode, string Error)> RunAsync(string? upstreamKey, params string[] arguments)
    {
        using var process = Start(upstreamKey, arguments);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string? upstreamKey, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["OPENAI_API_KEY"] = upstreamKey;
        start.Environment.Remove("AGENTKEY_STORE");
        var process = Process.Start(start)!;
        // Its log is not ours to print; unread, it would fill the pipe and stop the server.
        process.BeginOutputReadLine();
        return process;
    }
}
