using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Tests;

/// <summary>The constants for scopes: one for each scope, under names that never collide.</summary>
public sealed class ScopeConstantTests
{
    private const string Constants = "AgentKey.Agents.AgentScopes";

    [Theory]
    [InlineData("proxy.chat", "ProxyChat")]
    [InlineData("files.read-all", "FilesReadAll")]
    [InlineData("files.read_all", "FilesReadAll")]
    [InlineData("proxy", "Proxy")]
    [InlineData("3d.render", "_3dRender")]
    [InlineData("-", "_")]
    [InlineData("all", "All2")]
    [InlineData("agent.scopes", "AgentScopes2")]
    [InlineData("to-string", "ToString2")]
    public void A_scope_has_a_constant(string scope, string name)
    {
        var run = GeneratorRun.Of(Tools($"[AgentScope(\"{scope}\")] public int First() => 1;"));

        Assert.Equal(scope, Constant(run, name));
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [InlineData("a-b.c", "a.b-c", "ADashBDotC", "ADotBDashC", "ABC")]
    [InlineData("files.read", "files_read", "FilesDotRead", "FilesUnderscoreRead", "FilesRead")]
    [InlineData("-", "_", "Dash", "Underscore", "_")]
    public void Of_scopes_that_would_have_one_name_none_has_it(string first, string second, string firstName, string secondName, string lost)
    {
        var run = GeneratorRun.Of(Tools($"[AgentScope(\"{first}\")] public int First() => 1; [AgentScope(\"{second}\")] public int Second() => 1;"));

        Assert.Equal(first, Constant(run, firstName));
        Assert.Equal(second, Constant(run, secondName));
        Assert.Empty(run.Type(Constants)!.GetMembers(lost));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Tools_of_one_scope_share_its_constant()
    {
        var run = GeneratorRun.Of(Tools("""[AgentScope("demo.read")] public int First() => 1; [AgentScope("demo.read")] public int Second() => 1; [AgentPublic] public int Help() => 1;"""));

        Assert.Equal(["DemoRead"], run.Type(Constants)!.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst).Select(field => field.Name));
    }

    [Fact]
    public void A_catalogue_of_the_same_short_name_is_still_an_attribute()
    {
        var run = GeneratorRun.Of("[assembly: AgentKey.Agents.AgentScopes(\"demo.read\")]\n" + Tools("""[AgentScope("demo.read")] public int First() => 1;""", isFirst: false));

        Assert.Empty(run.Complaints);
        Assert.Equal("AgentScopesAttribute", Assert.Single(run.Output.Assembly.GetAttributes(), attribute => attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array }]).AttributeClass!.Name);
    }

    [Fact]
    public void An_assembly_without_tools_gets_nothing() => Assert.Empty(GeneratorRun.Of("public sealed class Plain;").Files);

    private static string Tools(string methods, bool isFirst = true) =>
        $"{(isFirst ? "using AgentKey.Agents; namespace Demo;" : "")} public sealed class Tools {{ {(isFirst ? methods : methods.Replace("[Agent", "[AgentKey.Agents.Agent", StringComparison.Ordinal))} }}";

    private static object? Constant(GeneratorRun run, string name) =>
        Assert.IsType<IFieldSymbol>(Assert.Single(run.Type(Constants)!.GetMembers(name)), exactMatch: false).ConstantValue;
}
