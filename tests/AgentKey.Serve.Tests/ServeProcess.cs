using System.Diagnostics;

namespace AgentKey.Serve.Tests;

/// <summary><c>agentkey serve</c> as a stranger starts it: a process of its own.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServeProcess(Process process, Uri data, Uri? metrics)
    {
        _process = process;
        Data = data;
        Metrics = metrics;
    }

    public Uri Data { get; }

    public Uri? Metrics { get; }

    /// <summary>Starts it on a free port and waits until it says where it listens.</summary>
    public static Task<ServeProcess> StartAsync(Database database, params string[] arguments) => StartAsync(database, measuredBudgets: null, arguments);

    /// <summary>Starts it with metrics, also of budgets.</summary>
    public static Task<ServeProcess> StartMeasuredAsync(Database database, string measuredBudgets) =>
        StartAsync(database, measuredBudgets, ["--metrics-url", "http://127.0.0.1:0"]);

    private static async Task<ServeProcess> StartAsync(Database database, string? measuredBudgets, string[] arguments)
    {
        var process = Start(database.Address, Sidecar.AppToken, ["--url", "http://127.0.0.1:0", .. arguments], measuredBudgets);
        // Its log is not ours to print; unread, it would fill the pipe and stop the server.
        process.BeginErrorReadLine();
        var data = await ReadAddressAsync(process, "Data plane: ");
        return new ServeProcess(process, data, arguments.Contains("--metrics-url") ? await ReadAddressAsync(process, "Metrics: ") : null);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(string store, string? token, params string[] arguments)
    {
        using var process = Start(store, token, ["--url", "http://127.0.0.1:0", .. arguments]);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    /// <summary>Asks it to stop, as an orchestrator does.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Uri> ReadAddressAsync(Process process, string announcement)
    {
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(announcement, line, StringComparison.Ordinal);
        return new Uri(line![announcement.Length..]);
    }

    private static Process Start(string store, string? token, string[] arguments, string? measuredBudgets = null) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll"), "serve", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["AGENTKEY_STORE"] = store, ["AGENTKEY_SERVE_TOKEN"] = token, ["AGENTKEY_MEASURED_BUDGETS"] = measuredBudgets, ["NO_COLOR"] = "1" },
        })!;
}
