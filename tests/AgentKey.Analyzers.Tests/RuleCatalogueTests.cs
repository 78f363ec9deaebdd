using System.Reflection;
using System.Text.RegularExpressions;
using AgentKey.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using KnownRules = AgentKey.Generators.Analyzers.Rules;

namespace AgentKey.Analyzers.Tests;

/// <summary>Every rule has its page, its entry in the release notes, its analyzer and its tests, and no id is used twice.</summary>
public sealed class RuleCatalogueTests
{
    private static readonly string[] Parts = ["**What it saw.**", "**Why it matters.**", "**How to fix it.**", "**How to turn it o"];

    private static readonly string[] Notes = ["AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md"];

    private static readonly DiagnosticDescriptor[] Rules = typeof(KnownRules)
        .GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(field => field.GetValue(null))
        .OfType<DiagnosticDescriptor>()
        .ToArray();

    public static TheoryData<string> Ids => [.. Rules.Select(rule => rule.Id)];

    [Fact]
    public void No_id_is_used_twice() => Assert.Equal(Rules.Length, Rules.Select(rule => rule.Id).Distinct().Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_has_a_page_that_its_help_link_names(string id)
    {
        var rule = Rules.Single(candidate => candidate.Id == id);
        var page = Path.Combine(RepositoryFolder.Path, "docs", "rules", id + ".md");

        Assert.EndsWith($"docs/rules/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
        Assert.Equal($"# {id}: {rule.Title}", File.ReadLines(page).First());
        var text = File.ReadAllText(page);
        Assert.All(Parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    // What the build itself says when there may be no analyzer to say it.
    private static IEnumerable<string> BuildRules() => Regex
        .Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Path, "src", "AgentKey.Agents", "build", "AgentKey.Agents.targets")), "Code=\"(AK\\d{4})\"")
        .Select(match => match.Groups[1].Value)
        .Distinct();

    [Fact]
    public void Every_page_is_of_a_rule() => Assert.Equal(
        Rules.Select(rule => rule.Id).Concat(BuildRules()).Order(StringComparer.Ordinal),
        Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "docs", "rules"), "AK*.md").Select(page => Path.GetFileNameWithoutExtension(page)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_is_in_the_release_notes(string id)
    {
        var rule = Rules.Single(candidate => candidate.Id == id);
        var notes = Notes
            .SelectMany(file => File.ReadLines(Path.Combine(RepositoryFolder.Path, "generators", "AgentKey.Generators", file)))
            .Where(line => line.StartsWith(id, StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));

        Assert.Equal([id, rule.Category, rule.DefaultSeverity.ToString(), rule.Title.ToString(System.Globalization.CultureInfo.InvariantCulture)], Assert.Single(notes));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_has_one_analyzer_and_one_test_class(string id)
    {
        var analyzers = Instances<DiagnosticAnalyzer>(typeof(KnownRules).Assembly)
            .Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => rule.Id == id));

        Assert.Single(analyzers);
        Assert.NotNull(typeof(RuleCatalogueTests).Assembly.GetType($"AgentKey.Analyzers.Tests.Rules.{id}Tests"));
    }

    [Fact]
    public void Every_fix_is_of_a_rule() => Assert.All(
        Instances<CodeFixProvider>(typeof(ReplaceArgumentFix).Assembly).SelectMany(fix => fix.FixableDiagnosticIds),
        id => Assert.Contains(id, Rules.Select(rule => rule.Id)));

    private static IEnumerable<T> Instances<T>(Assembly assembly) => assembly.GetTypes()
        .Where(type => typeof(T).IsAssignableFrom(type) && !type.IsAbstract)
        .Select(type => (T)Activator.CreateInstance(type)!);
}
