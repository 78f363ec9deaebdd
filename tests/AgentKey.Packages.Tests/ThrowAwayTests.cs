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

        AssertPaysTwice(run);
    }

    [Fact]
    public async Task The_first_program_of_the_first_page_runs_when_it_was_compiled_ahead_of_time()
    {
        File.Copy(RepositoryFolder.PathTo("examples", "AnnotatedTools", "Program.cs"), workshop.PathTo("Native", "Program.cs"));

        (await workshop.DotnetAsync("Native", "publish", "--output", workshop.PathTo("Native", "published"))).Succeeded();
        var run = (await CommandRun.OfAsync(workshop.PathTo("Native"), workshop.PathTo("Native", "published", "Native"))).Succeeded();

        Assert.False(File.Exists(workshop.PathTo("Native", "published", "Native.dll")));
        AssertPaysTwice(run);
    }

    /// <summary>Every analyzer of the SDK and C# 10, warnings as errors: what is generated passes where the user's own code does.</summary>
    [Fact]
    public async Task What_is_generated_passes_every_analyzer_with_nullable_on_and_off()
    {
        foreach (var nullable in new[] { "enable", "disable" })
        {
            var run = (await workshop.DotnetAsync("Strict", "build", "--no-incremental", $"-property:Nullable={nullable};EmitCompilerGeneratedFiles=true")).Succeeded();
            Assert.Contains("0 Warning(s)", run.Output, StringComparison.Ordinal);
        }

        Assert.Contains(
            Directory.GetFiles(workshop.PathTo("Strict", "obj"), "*.g.cs", SearchOption.AllDirectories),
            file => file.EndsWith("StrictTools.Guarded.g.cs", StringComparison.Ordinal));
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

    private static void AssertPaysTwice(CommandRun run)
    {
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[..2], line => Assert.Equal("Hello yourself, for 15 cents.", line));
        Assert.StartsWith("budget_exhausted: ", lines[2], StringComparison.Ordinal);
    }
}
