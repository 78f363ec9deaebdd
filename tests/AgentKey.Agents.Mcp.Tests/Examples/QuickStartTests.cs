using System.Diagnostics;

namespace AgentKey.Agents.Mcp.Tests.Examples;

/// <summary>The first command of the README, as a person runs it: a process of its own.</summary>
public sealed class QuickStartTests
{
    // Both projects are built to the same place below their own folders.
    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("tests/AgentKey.Agents.Mcp.Tests", "examples/QuickStart", StringComparison.Ordinal), "QuickStart.dll");

    [Fact]
    public async Task Both_agents_are_stopped_exactly_at_their_caps_and_the_money_adds_up()
    {
        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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

        // On standard error the server says that it is ready, and the program what does not add up.
        Assert.True(process.ExitCode == 0, await error);
        Assert.EndsWith("Every cap was met to the cent.\n", await output, StringComparison.Ordinal);
    }
}
