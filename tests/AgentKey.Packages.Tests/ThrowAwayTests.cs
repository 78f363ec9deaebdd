using AgentKey.Packages.Tests.Packing;

namespace AgentKey.Packages.Tests;

/// <summary>Projects outside of the repository that know nothing but the packages.</summary>
public sealed class ThrowAwayTests(Workshop workshop)
{
    [Fact]
    public async Task The_first_program_of_the_first_page_runs_beside_every_package()
    {
        File.Copy(RepositoryFolder.PathTo("examples", "AnnotatedTools", "Program.cs"), workshop.PathTo("Everything", "Program.cs"));

        var run = (await workshop.DotnetAsync("Everything", "run")).Succeeded();

        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[..2], line => Assert.Equal("Hello yourself, for 15 cents.", line));
        Assert.StartsWith("budget_exhausted: ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_installs_as_a_tool()
    {
        var tools = workshop.PathTo("tools");
        (await CommandRun.OfAsync(workshop.PathTo(), "dotnet", "tool", "install", "AgentKey.Cli", "--version", workshop.Version, "--tool-path", tools)).Succeeded();

        (await CommandRun.OfAsync(tools, Path.Combine(tools, "agentkey"), "migrate")).Succeeded();
        var listed = (await CommandRun.OfAsync(tools, Path.Combine(tools, "agentkey"), "list", "--json")).Succeeded();

        Assert.Contains("[", listed.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(tools, "agentkey.db")));
    }
}
