using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Tests;

/// <summary>The generator runs at every keystroke: it must do nothing when nothing of it changed, and everything when something did.</summary>
public sealed class CachingTests
{
    private const string Source = """
        using AgentKey.Agents;

        namespace Demo;

        public sealed class Tools
        {
            [AgentScope("demo.first"), Cost(5)]
            public string First(string text) => text;
        }

        public sealed class Others
        {
            [AgentScope("demo.second"), Cost(1)]
            public string Second(string text) => text;
        }

        public sealed class Derived : Base;

        public class Base
        {
            [AgentScope("demo.inherited"), Cost(typeof(Rule))]
            public string Inherited(int count) => "";

            [AgentPublic]
            public string Help(int about) => "";
        }

        public static class Rule
        {
            public static AgentKey.Money.Cost Price(int count) => default;
        }
        """;

    public static TheoryData<string, string> UnrelatedEdits => new()
    {
        { "public string First(string text) => text;", "public string First(string text) => text + text;" },
        { "namespace Demo;", "namespace Demo; // a remark" },
        { "public sealed class Others", "public sealed class Unrelated;\n\npublic sealed class Others" },
    };

    public static TheoryData<string, string> RelatedEdits => new()
    {
        { "Cost(5)", "Cost(6)" },
        { "demo.first", "demo.third" },
        { "First(string text)", "First(string? text)" },
    };

    [Theory]
    [MemberData(nameof(UnrelatedEdits))]
    public void An_unrelated_edit_changes_no_step_and_no_file(string before, string after)
    {
        var run = GeneratorRun.Of(Source).Then(Edited(before, after));

        Assert.All([TrackingNames.Tools, TrackingNames.ToolClasses, TrackingNames.Features], step =>
            Assert.All(Reasons(run, step), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {reason}")));
        Assert.Equal(8, Outputs(run).Count); // Four guarded classes, the catalogue, one registration, the proof of AK0020, and the hosting startup.
        Assert.All(Outputs(run), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Theory]
    [MemberData(nameof(RelatedEdits))]
    public void An_edit_of_a_tool_is_generated_anew(string before, string after)
    {
        var first = GeneratorRun.Of(Source);
        var run = first.Then(Edited(before, after));

        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(run, TrackingNames.Tools));
        Assert.Contains(IncrementalStepRunReason.Modified, Outputs(run));
        Assert.NotEqual(first.Files["Demo.Tools.Guarded.g.cs"], run.Files["Demo.Tools.Guarded.g.cs"]);
    }

    [Theory]
    [InlineData("demo.inherited", "demo.renamed", "Demo.Derived.Guarded.g.cs")]
    [InlineData("Help(int about)", "Help(long about)", "Demo.Base.Guarded.g.cs")]
    [InlineData("Derived : Base;", "Derived : Others;", "Demo.Derived.Guarded.g.cs")]
    [InlineData("Price(int count) =>", "Price(string count) =>", "Demo.Derived.Guarded.g.cs")] // The rule fits no more, so there is no twin.
    public void An_edit_of_what_a_twin_is_made_of_is_generated_anew(string before, string after, string file)
    {
        var first = GeneratorRun.Of(Source);
        var run = first.Then(Edited(before, after));

        Assert.NotEqual(first.Files[file], run.Files.GetValueOrDefault(file));
    }

    [Fact]
    public void An_edit_of_one_class_leaves_the_other_class_cached()
    {
        var run = GeneratorRun.Of(Source).Then(Edited("Cost(5)", "Cost(6)"));

        Assert.Contains(IncrementalStepRunReason.Cached, Outputs(run));
    }

    [Fact]
    public void The_order_of_files_and_methods_does_not_matter()
    {
        const string file = "using AgentKey.Agents; namespace Demo; public sealed partial class {0} {{ [AgentScope(\"demo.{1}\")] public int {2}() => 1; }}";
        var one = string.Format(null, file, "Tools", "one", "One");
        var two = string.Format(null, file, "Tools", "two", "Two");
        var other = string.Format(null, file, "Apart", "three", "Three");

        var forwards = GeneratorRun.Of(new CompilerSettings(), one, two, other);
        var backwards = GeneratorRun.Of(new CompilerSettings(), other, two, one);

        Assert.Equal(6, forwards.Files.Count);
        Assert.Equal(forwards.Files, backwards.Files);
    }

    private static string Edited(string before, string after)
    {
        Assert.Contains(before, Source, StringComparison.Ordinal);
        return Source.Replace(before, after, StringComparison.Ordinal);
    }

    private static List<IncrementalStepRunReason> Reasons(GeneratorRun run, string step) =>
        [.. run.Result.TrackedSteps[step].SelectMany(result => result.Outputs).Select(output => output.Reason)];

    private static List<IncrementalStepRunReason> Outputs(GeneratorRun run) =>
        [.. run.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(result => result.Outputs).Select(output => output.Reason)];
}
