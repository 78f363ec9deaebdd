using System.Diagnostics;

namespace AgentKey.Serve.Tests.Clients;

/// <summary>A client of examples/Sidecar, run by its own language.</summary>
internal static class Client
{
    public const string Python = "python3";
    public const string JavaScript = "node";

    /// <summary>Runs the tools that are sold with it.</summary>
    public static Task<(int ExitCode, string Output)> RunToolAsync(string language, Uri address, string secret) =>
        RunAsync(language, language == Python ? "paid_tool.py" : "paid-tool.mjs", [address.ToString()], secret, []);

    /// <summary>Charges so many cents, and says what came of it.</summary>
    public static async Task<string> ChargeAsync(string language, Uri address, string secret, string cents, params (string Name, string Value)[] environment) =>
        (await RunAsync(language, Charging(language), [address.ToString(), cents], secret, environment)).Output.TrimEnd();

    /// <summary>Charges so often at the same time with one client, and says what came of each.</summary>
    public static async Task<string[]> ChargeAtOnceAsync(string language, Uri address, string secret, string cents, int times) =>
        (await RunAsync(language, Charging(language), [address.ToString(), cents, $"{times}"], secret, [])).Output.TrimEnd().Split('\n');

    private static string Charging(string language) => language == Python ? "charge.py" : "charge.mjs";

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string language, string program, string[] arguments, string secret, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(language, [Path.Combine(AppContext.BaseDirectory, "Sidecar", program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AGENTKEY_SERVE_TOKEN"] = Sidecar.AppToken, ["AGENTKEY_API_KEY"] = secret },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (output + await errors).ReplaceLineEndings("\n"));
    }
}
