using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators.Tests;

/// <summary>A guarded method runs the tool that it charges for, whatever else is called the same.</summary>
public sealed class CallTargetTests
{
    private const string Base = """
        public class Base
        {
            [AgentScope("a.read"), Cost(1)]
            public virtual object Read(int id) => "dear";
        }
        """;

    public static TheoryData<string, string> Overloaded => new()
    {
        { "", """[AgentScope("a.all"), Cost(50)] public string Read(long id) => "all";""" },
        { "public override object Read(int id) => 1;", """[AgentScope("a.all"), Cost(50)] public string Read(long id) => "all";""" },
        { "public override string Read(int id) => \"own\";", "public string Read(object id) => \"all\";" },
        { "", "public string Read(params System.ReadOnlySpan<int> ids) => \"all\";" },
        { "", "public new System.Func<int, string> Read => id => \"all\";" },
        { "", "public new static class Read { }" },
    };

    [Theory]
    [MemberData(nameof(Overloaded))]
    public void An_inherited_tool_is_not_mistaken_for_one_of_the_same_name(string own, string other)
    {
        var run = Run($"{Base} public class Tools : Base {{ {own} {other} }}");

        Assert.Equal("Base.Read(int)", Called(run, "int"));
    }

    [Fact]
    public void A_static_tool_is_not_mistaken_either()
    {
        var run = Run("""
            public class Base { [AgentScope("a.read"), Cost(1)] public static string Read(int id) => "one"; }
            public class Tools : Base { [AgentScope("a.all"), Cost(50)] public static string Read(long id) => "all"; }
            """);

        Assert.Equal("Base.Read(int)", Called(run, "int"));
        Assert.Equal("Tools.Read(long)", Called(run, "long"));
    }

    [Fact]
    public void An_argument_that_is_dynamic_does_not_choose_the_tool()
    {
        var run = Run("""
            public class Tools
            {
                [AgentScope("a.read"), Cost(1)] public string Read(dynamic? id) => "one";
                [AgentScope("a.all"), Cost(50)] public string Read(string id) => "all";
                [AgentPublic] public string Help(dynamic topic) => "help";
                public string Help(string topic) => "all";
            }
            """);

        Assert.Equal("Tools.Read(dynamic)", Called(run, "dynamic"));
        Assert.Equal("Tools.Help(dynamic)", Called(run, "dynamic", "Help"));
    }

    [Fact]
    public void A_tool_that_gives_way_to_an_overload_gets_no_twin()
    {
        var run = Run("""
            public class Base
            {
                [AgentScope("a.read"), Cost(1)] public virtual string Read(int id) => "one";
                [System.Runtime.CompilerServices.OverloadResolutionPriority(1), AgentScope("a.all"), Cost(50)] public string Read(long id) => "all";
            }

            public class Tools : Base { public override string Read(int id) => "own"; }
            """);

        Assert.All(["GuardedBase", "GuardedTools"], twin => Assert.Equal(
            ["Read(long)"], run.Type(twin)!.GetMembers("Read").Select(method => method.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat).Split('.')[1])));
        Assert.Equal("Base.Read(long)", Called(run, "long"));
    }

    private static GeneratorRun Run(string source)
    {
        var run = GeneratorRun.Of("using AgentKey.Agents;\n" + source);
        Assert.DoesNotContain(run.Complaints, complaint => complaint.Contains(": error", StringComparison.Ordinal));
        return run;
    }

    /// <summary>What the twin's method with this parameter calls on the raw class.</summary>
    private static string Called(GeneratorRun run, string parameter, string name = "Read")
    {
        var guarded = run.Type("GuardedTools")!.GetMembers(name).OfType<IMethodSymbol>().Single(method => method.Parameters[0].Type.ToDisplayString().TrimEnd('?') == parameter);
        var syntax = guarded.DeclaringSyntaxReferences.Single().GetSyntax(TestContext.Current.CancellationToken);
        var model = run.Output.GetSemanticModel(syntax.SyntaxTree);
        return syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Select(call => model.GetSymbolInfo(call).Symbol as IMethodSymbol)
            .Single(called => called?.Name == name)!
            .ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat).Replace("?", "", StringComparison.Ordinal);
    }
}
