using System.Text.RegularExpressions;
using AgentKey.Packages.Tests.Packing;

namespace AgentKey.Packages.Tests;

/// <summary>A project that has the attributes is compiled with their generator, or not at all: AK0020.</summary>
public sealed class AK0020Tests(Workshop workshop)
{
    private const string Proof = "The name 'AK0020_The_AgentKey_generator_0_1_0_did_not_run' does not exist";

    /// <summary>First as it should be, then with one thing wrong at a time: each wrong one fails, and for its own reason.</summary>
    [Fact]
    public async Task A_project_that_gets_the_package_through_another_is_guarded_or_does_not_build()
    {
        var run = (await workshop.DotnetAsync("App", "run")).Succeeded();
        Assert.Equal(["lent a book", "read a page", "budget_exhausted"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        AssertFails("error AK0020: The generator of AgentKey.Agents is not among the analyzers", await BuildAsync("Wrong=removed"));
        AssertFails("error AK0020: This compiler (roslyn4.7) is too old", await BuildAsync("CompilerApiVersion=roslyn4.7"));
        AssertFails(Proof, await BuildAsync($"Wrong=replaced;Replacement={NoGenerator()}"));
        AssertFails(Proof, await BuildAsync($"Wrong=replaced;Replacement={await OlderGeneratorAsync()}"));
        (await BuildAsync("RunAnalyzers=false")).Succeeded();
        // An editor that only asks what would be compiled is not stopped.
        (await workshop.DotnetAsync("App", "msbuild", "-target:Compile", "-property:Wrong=removed;BuildProjectReferences=false;DesignTimeBuild=true;SkipCompilerExecution=true;ProvideCommandLineArgs=true")).Succeeded();
    }

    [Fact]
    public void The_targets_name_the_version_of_the_generator()
    {
        var version = Regex.Match(File.ReadAllText(RepositoryFolder.PathTo("Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;

        Assert.Contains($"generator_{version.Replace('.', '_')}_did", File.ReadAllText(RepositoryFolder.PathTo("src", "AgentKey.Agents", "build", "AgentKey.GeneratorProof.cs")), StringComparison.Ordinal);
    }

    private Task<CommandRun> BuildAsync(string properties) =>
        workshop.DotnetAsync("App", "build", "--no-restore", "--no-incremental", "--no-dependencies", $"-property:{properties}");

    private static void AssertFails(string reason, CommandRun run)
    {
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
    }

    // The fixes are an assembly that every compiler can read, and there is no generator in it.
    private string NoGenerator()
    {
        var path = workshop.PathTo("none", "AgentKey.Generators.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(workshop.PathTo("packages", "agentkey.agents", workshop.Version.ToLowerInvariant(), "analyzers", "dotnet", "cs", "AgentKey.CodeFixes.dll"), path);
        return path;
    }

    private async Task<string> OlderGeneratorAsync()
    {
        var folder = workshop.PathTo("older");
        (await CommandRun.OfAsync(
            RepositoryFolder.PathTo("generators", "AgentKey.Generators"),
            "dotnet",
            "build",
            "--no-restore",
            "--output",
            folder,
            $"-property:Version=0.0.9;IntermediateOutputPath={folder}/obj/")).Succeeded();
        return Path.Combine(folder, "AgentKey.Generators.dll");
    }
}
