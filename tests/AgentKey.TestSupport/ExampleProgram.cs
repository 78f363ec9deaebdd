using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentKey.TestSupport;

/// <summary>A program of the folder examples, as a stranger starts it: a process of its own.</summary>
public static partial class ExampleProgram
{
    /// <summary>Where it was built: to the same place below its own folder as the tests that run now.</summary>
    public static string PathTo(string example) => Path.Combine(TestProject().Replace(AppContext.BaseDirectory, $"examples/{example}/bin/"), $"{example}.dll");

    /// <summary>Runs it to its end.</summary>
    /// <param name="example">Its name.</param>
    /// <param name="environment">Variables to set, or to take away where the value is null.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string example, IEnumerable<(string Name, string? Value)> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [PathTo(example)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex("tests/[^/]+/bin/")]
    private static partial Regex TestProject();
}
