using AgentKey.TestSupport;

namespace AgentKey.Agents.Mcp.Tests.Examples;

/// <summary>The first command of the README, as a person runs it: a process of its own.</summary>
public sealed class QuickStartTests
{
    [Fact]
    public async Task Both_agents_are_stopped_exactly_at_their_caps_and_the_money_adds_up()
    {
        var (exitCode, output, error) = await ExampleProgram.RunAsync("QuickStart", [], TestContext.Current.CancellationToken);

        // On standard error the server says that it is ready, and the program what does not add up.
        Assert.True(exitCode == 0, error);
        Assert.EndsWith("Every cap was met to the cent.\n", output, StringComparison.Ordinal);
    }
}
