using System.Text.RegularExpressions;
using AgentKey.Packages.Tests.Packing;

namespace AgentKey.Packages.Tests;

/// <summary>Each route of docs/bypass.md has a test, and that test exists.</summary>
public sealed partial class BypassTableTests
{
    public static TheoryData<string> Routes => [.. File
        .ReadLines(RepositoryFolder.PathTo("docs", "bypass.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Skip(1)];

    [Theory]
    [MemberData(nameof(Routes))]
    public void Each_route_names_tests_that_exist(string route)
    {
        var cells = route.Split('|');
        var tests = TestName().Matches(cells[^2]);

        Assert.Equal(7, cells.Length);
        Assert.NotEmpty(tests);
        Assert.All(tests, test => Assert.True(Exists(test.Groups[1].Value, test.Groups[2].Value), test.Value));
    }

    private static bool Exists(string type, string method) => Directory
        .GetFiles(RepositoryFolder.PathTo("tests"), type + ".cs", SearchOption.AllDirectories)
        .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\[(Fact|Theory)\]\s+(\[[^\n]*\]\s+)*public (async )?(Task|void) {method}\("));

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
