using AgentKey.TestSupport;

namespace AgentKey.Agents.SemanticKernel.Tests.Examples;

/// <summary>examples/CappedKernel as a child process.</summary>
internal static class CappedKernelProcess
{
    private static readonly string[] ModelVariables = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"];

    /// <summary>Runs the program to its end, in an environment that names no model but these.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params (string Name, string? Value)[] variables) => ExampleProgram.RunAsync(
        "CappedKernel", [.. ModelVariables.Select(name => (name, (string?)null)), .. variables], TestContext.Current.CancellationToken);

    /// <summary>The rows of the final table that begin with a name, their cells joined by one space.</summary>
    public static IEnumerable<string> RowsOf(string output, string name) => output.Split('\n')
        .Where(line => line.StartsWith("│ " + name, StringComparison.Ordinal))
        .Select(line => string.Join(' ', line.Split([' ', '│'], StringSplitOptions.RemoveEmptyEntries)));
}
