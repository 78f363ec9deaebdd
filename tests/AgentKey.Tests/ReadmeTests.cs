namespace AgentKey.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_example_on_the_first_page_is_the_one_that_is_compiled()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "AgentKey.Agents.sln")))
        {
            root = root.Parent!;
        }

        var program = File.ReadAllText(Path.Combine(root.FullName, "examples", "AnnotatedTools", "Program.cs"));
        var readme = File.ReadAllText(Path.Combine(root.FullName, "README.md"));
        Assert.Contains($"```csharp\n{program}```\n", readme, StringComparison.Ordinal);
    }
}
