using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>
/// What is generated is read by people, so it is checked in: one folder per case, with <c>Input.cs</c> and every file
/// that the generator makes of it. <c>UPDATE_SNAPSHOTS=1</c> rewrites them.
/// </summary>
public sealed class SnapshotTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(ProjectFolder.Snapshots).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_generated_is_what_was_reviewed(string name)
    {
        var folder = Path.Combine(ProjectFolder.Snapshots, name);
        var input = File.ReadAllText(Path.Combine(folder, "Input.cs"));
        var settings = new CompilerSettings();
        var run = GeneratorRun.Of(input, input.Contains("Microsoft.SemanticKernel", StringComparison.Ordinal) ? settings with { Missing = [] } : settings);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Rewrite(folder, run.Files);
        }

        var reviewed = Reviewed(folder);

        Assert.NotEmpty(reviewed);
        Assert.Equal(reviewed.Keys.Order(StringComparer.Ordinal), run.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(run.Files, file => Assert.Equal(reviewed[file.Key], file.Value));
        Assert.Empty(run.Complaints);
    }

    private static Dictionary<string, string> Reviewed(string folder) => Directory.GetFiles(folder, "*.g.cs")
        .ToDictionary(path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

    private static void Rewrite(string folder, IReadOnlyDictionary<string, string> files)
    {
        foreach (var old in Directory.GetFiles(folder, "*.g.cs"))
        {
            File.Delete(old);
        }

        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }
    }
}
