using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Tests;

/// <summary>
/// An edit that declares nothing new asks no symbol anything. Whatever a tool is made of, in whichever file, is a
/// declaration.
/// </summary>
public sealed class DeclarationTests
{
    private const string Tools = """
        using AgentKey.Agents;
        using ModelContextProtocol.Server;

        namespace Demo;

        public sealed partial class Tools : Ancestor
        {
            private int _count = 1;

            public string Title { get; set; } = "title";

            [AgentScope(Known.Scope), Cost(Known.Price)]
            public int Ask(Mode mode = Known.Usual, string text = Known.Text) => _count;

            /// <summary>Says.</summary>
            [McpServerTool, AgentScope("demo.say"), Cost(typeof(Rule))]
            public partial string Say(string text);

            public partial string Say(string text) => text;
        }
        """;

    private const string Others = """"
        namespace Demo;

        public static class Known
        {
            public const string Scope = "demo." + Name;
            public const string Name = "ask";
            public const long Price = 5;
            public const Mode Usual = Mode.Slow;
            public const string Text = "text";
            public static readonly int Free = 1;
        }

        public enum Mode { Fast = 1, Slow = 2 }

        public class Ancestor
        {
            [AgentKey.Agents.AgentPublic, System.ComponentModel.Description("""raw""")]
            public int Help() { return 7; }
        }

        public static class Rule
        {
            public static AgentKey.Money.Cost Price(string text) => default;
        }
        """";

    [Theory]
    [InlineData("=> _count;", "=> _count + 1;")]
    [InlineData("=> text;", "=> text + text;")]
    [InlineData("= \"title\"", "= \"name\"")]
    [InlineData("{ return 7; }", "{ var seven = 7; return seven; }")]
    [InlineData("_count = 1", "_count = 2")]
    [InlineData("Free = 1", "Free = 2")]
    [InlineData("=> default;", "=> new();")]
    [InlineData("public enum", "// A remark.\npublic   enum")]
    public void An_edit_inside_of_a_body_ends_at_the_first_stage(string before, string after)
    {
        var run = GeneratorRun.Of(new CompilerSettings(), Tools, Others).Then(Edited(before, after));

        Assert.Equal(IncrementalStepRunReason.Unchanged, Reason(run, TrackingNames.Declarations));
        Assert.All([TrackingNames.Tools, TrackingNames.ToolClasses, TrackingNames.Features], step => Assert.Equal(IncrementalStepRunReason.Cached, Reason(run, step)));
    }

    [Theory]
    [InlineData("Name = \"ask\"", "Name = \"query\"")]
    [InlineData("Price = 5", "Price = 6")]
    [InlineData("Usual = Mode.Slow", "Usual = Mode.Fast")]
    [InlineData("Slow = 2", "Slow = 3")]
    [InlineData("Text = \"text\"", "Text = \"more\"")]
    [InlineData("<summary>Says.", "<summary>Speaks.")]
    [InlineData("\"\"\"raw\"\"\"", "\"\"\"rare\"\"\"")]
    [InlineData("=> _count;", "=>\n#nullable disable\n_count;")]
    [InlineData("public int Help()", "public long Help()")]
    [InlineData("AgentKey.Agents.AgentPublic, ", "")]
    [InlineData("Price(string text)", "Price(object text)")]
    [InlineData("Price(string text)", "Price(int text)")]
    [InlineData("public static class Rule", "internal static class Law { } public static class Rule { } internal static class Unused")]
    public void An_edit_of_a_declaration_is_generated_anew(string before, string after)
    {
        var first = GeneratorRun.Of(new CompilerSettings(), Tools, Others);
        var run = first.Then(Edited(before, after));
        var fresh = GeneratorRun.Of(new CompilerSettings(), Edited(before, after));

        Assert.Equal(IncrementalStepRunReason.Modified, Reason(run, TrackingNames.Declarations));
        Assert.Equal(fresh.Files, run.Files);
    }

    [Fact]
    public void A_new_reference_is_noticed()
    {
        var without = GeneratorRun.Of(Others, new CompilerSettings { Missing = [.. new CompilerSettings().Missing, "Microsoft.Extensions.DependencyInjection", "ModelContextProtocol", "AgentKey.Agents.Mcp"] });

        var run = without.Then(Others);

        Assert.DoesNotContain("AgentTools.Services.g.cs", without.Files.Keys);
        Assert.Contains("AgentTools.Services.g.cs", run.Files.Keys);
    }

    [Theory]
    [InlineData("using Scope = AgentKey.Agents.AgentScopeAttribute;", "Scope")]
    [InlineData("using ScopeAttribute = AgentKey.Agents.AgentScopeAttribute;", "Scope")]
    [InlineData("using A = AgentKey.Agents;", "A.AgentScope")]
    [InlineData("using A = AgentKey.Agents;", "A::AgentScopeAttribute")]
    public void A_tag_is_found_under_another_name(string directive, string name)
    {
        var run = GeneratorRun.Of($"{directive} public class Tools {{ [{name}(\"demo.read\")] public int Read() => 1; }}");

        Assert.NotNull(run.Type("GuardedTools"));
    }

    [Fact]
    public void A_tag_is_found_under_a_name_from_another_file()
    {
        var run = GeneratorRun.Of(
            new CompilerSettings(),
            "global using Scope = AgentKey.Agents.AgentScopeAttribute;",
            "namespace Demo { public class Tools { [Scope(\"demo.read\")] public int Read() => 1; } }");

        Assert.NotNull(run.Type("Demo.GuardedTools"));
    }

    [Fact]
    public void A_tag_of_another_library_is_none()
    {
        var run = GeneratorRun.Of("""
            public sealed class AgentScopeAttribute(string scope) : System.Attribute { public string Scope => scope; }
            public class Tools { [AgentScope("demo.read")] public int Read() => 1; }
            """);

        Assert.Empty(run.Files);
    }

    private static string[] Edited(string before, string after)
    {
        Assert.Contains(before, Tools + Others, StringComparison.Ordinal);
        return [Tools.Replace(before, after, StringComparison.Ordinal), Others.Replace(before, after, StringComparison.Ordinal)];
    }

    private static IncrementalStepRunReason Reason(GeneratorRun run, string step) => run.Result.TrackedSteps[step].Single().Outputs.Single().Reason;
}
