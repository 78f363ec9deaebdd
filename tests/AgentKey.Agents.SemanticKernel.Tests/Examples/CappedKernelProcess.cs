using System.Diagnostics;

namespace AgentKey.Agents.SemanticKernel.Tests.Examples;

/// <summary>examples/CappedKernel as a child process.</summary>
internal static class CappedKernelProcess
{
    private static readonly string[] ModelVariables = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"];

    // Both projects are built to the same place below their own folders.
    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("tests/AgentKey.Agents.SemanticKernel.Tests", "examples/CappedKernel", StringComparison.Ordinal),
        "CappedKernel.dll");

    /// <summary>Runs the program to its end, in an environment that names no model but these.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in ModelVariables)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var error = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>The rows of the final table that begin with a name, their cells joined by one space.</summary>
    public static IEnumerable<string> RowsOf(string output, string name) => output.Split('\n')
        .Where(line => line.StartsWith("│ " + name, StringComparison.Ordinal))
        .Select(line => string.Join(' ', line.Split([' ', '│'], StringSplitOptions.RemoveEmptyEntries)));
}
