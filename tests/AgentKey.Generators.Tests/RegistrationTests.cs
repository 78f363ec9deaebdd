using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Tests;

/// <summary>A registration is generated only where what it calls is there, and where it has something to register.</summary>
public sealed class RegistrationTests
{
    private const string Services = "AgentTools.Services.g.cs";
    private const string Mcp = "AgentTools.Mcp.g.cs";

    /// <summary>What comes of the tool in every project.</summary>
    private static readonly string[] Always = ["AgentTools.Manifest.g.cs", "AgentTools.Policies.g.cs", "AgentTools.Scopes.g.cs", "Tools.Guarded.g.cs"];

    private const string Tool = """
        public sealed class Tools { [AgentKey.Agents.AgentScope("demo.read")] public int Read() => 1; }
        """;

    private const string McpTool = """
        public sealed class Tools { [ModelContextProtocol.Server.McpServerTool, AgentKey.Agents.AgentScope("demo.read")] public int Read() => 1; }
        """;

    [Fact]
    public void Mcp_tools_are_registered_and_served()
    {
        var run = GeneratorRun.Of(McpTool);

        AssertFiles(run, Mcp, Services);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Tools_of_other_frameworks_are_not_served_over_mcp() =>
        AssertFiles(GeneratorRun.Of(Tool), Services);

    [Fact]
    public void Without_the_mcp_adapter_nothing_is_served_over_mcp()
    {
        var run = GeneratorRun.Of(McpTool, new CompilerSettings { Missing = [.. new CompilerSettings().Missing, "AgentKey.Agents.Mcp"] });

        AssertFiles(run, Services);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Without_dependency_injection_nothing_is_registered()
    {
        var run = GeneratorRun.Of(Tool, new CompilerSettings { Missing = [.. new CompilerSettings().Missing, "Microsoft.Extensions.DependencyInjection", "ModelContextProtocol", "AgentKey.Agents.Mcp"] });

        AssertFiles(run);
        Assert.DoesNotContain(run.Complaints, complaint => complaint.Contains(": error", StringComparison.Ordinal));
    }

    [Fact]
    public void Prompts_and_resources_are_served_over_mcp_too()
    {
        var run = GeneratorRun.Of("""
            using AgentKey.Agents;
            using ModelContextProtocol.Server;
            public sealed class Prompts { [McpServerPrompt, AgentScope("demo.prompt")] public string Ask() => ""; }
            public sealed class Resources { [McpServerResource(UriTemplate = "a://b"), AgentPublic] public string Read() => ""; }
            """);

        Assert.Contains("WithPrompts<global::GuardedPrompts>", run.Files[Mcp], StringComparison.Ordinal);
        Assert.Contains("WithResources<global::GuardedResources>", run.Files[Mcp], StringComparison.Ordinal);
        Assert.DoesNotContain("WithTools<", run.Files[Mcp], StringComparison.Ordinal);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_project_that_drives_models_gets_functions_and_plugins()
    {
        var run = GeneratorRun.Of(
            """public sealed class Tools { [Microsoft.SemanticKernel.KernelFunction, AgentKey.Agents.AgentScope("demo.read")] public int Read() => 1; }""",
            new CompilerSettings { Missing = [] });

        AssertFiles(run, "AgentTools.AI.g.cs", "AgentTools.SemanticKernel.g.cs", Services);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Plugins_of_one_name_are_told_apart_by_where_they_stand()
    {
        var run = GeneratorRun.Of(
            """
            using AgentKey.Agents;
            using Microsoft.SemanticKernel;
            namespace A { public class Tools { [KernelFunction, AgentScope("a.read")] public int Read() => 1; } }
            namespace B.C { public class Outer { public class Tools { [KernelFunction, AgentScope("b.read")] public int Read() => 1; } } }
            public class Other { [KernelFunction, AgentScope("c.read")] public int Read() => 1; }
            """,
            new CompilerSettings { Missing = [] });

        var code = run.Files["AgentTools.SemanticKernel.g.cs"];
        Assert.Contains("<global::A.GuardedTools>(plugins, \"A_Tools\")", code, StringComparison.Ordinal);
        Assert.Contains("<global::B.C.GuardedOuterTools>(plugins, \"B_C_Outer_Tools\")", code, StringComparison.Ordinal);
        Assert.Contains("<global::GuardedOther>(plugins, \"Other\")", code, StringComparison.Ordinal);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Without_the_adapters_there_are_no_plugins_and_functions_are_bound_to_nobody()
    {
        var run = GeneratorRun.Of(
            """public sealed class Tools { [Microsoft.SemanticKernel.KernelFunction, AgentKey.Agents.AgentScope("demo.read")] public int Read() => 1; }""",
            new CompilerSettings { Missing = ["AgentKey.Agents.AI", "AgentKey.Agents.SemanticKernel"] });

        AssertFiles(run, "AgentTools.AI.g.cs", Services);
        Assert.DoesNotContain("Caller", run.Files["AgentTools.AI.g.cs"], StringComparison.Ordinal);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_project_that_sees_the_internals_of_another_registers_its_own_tools()
    {
        const string tools = """
            using AgentKey.Agents;
            using Microsoft.SemanticKernel;
            using ModelContextProtocol.Server;

            public class NAME { [McpServerTool, KernelFunction, AgentScope("demo.read"), Cost(1)] public int Read() => 1; }
            """;
        var settings = new CompilerSettings { Missing = [] };
        var app = GeneratorRun.Of(settings, tools.Replace("NAME", "AppTools", StringComparison.Ordinal), "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Tools\")]");

        var run = GeneratorRun.Of(
            tools.Replace("NAME", "TestTools", StringComparison.Ordinal),
            settings with { Projects = [app.Output.WithAssemblyName("App").ToMetadataReference()] });

        Assert.Contains("AgentTools.Mcp.g.cs", run.Files.Keys);
        Assert.Contains("AgentTools.SemanticKernel.g.cs", run.Files.Keys);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_class_that_nobody_may_use_any_more_is_not_registered()
    {
        var run = GeneratorRun.Of(
            """
            using System;
            using AgentKey.Agents;
            using Microsoft.SemanticKernel;
            using ModelContextProtocol.Server;

            [Obsolete("gone", true)]
            public class Gone { [McpServerTool, KernelFunction, AgentScope("demo.gone"), Cost(1)] public int Read() => 1; }

            [Obsolete("going")]
            public class Going { [McpServerTool, KernelFunction, AgentScope("demo.going"), Cost(1)] public int Read() => 1; }
            """,
            new CompilerSettings { Missing = [] });

        Assert.Empty(run.Complaints);
        Assert.NotNull(run.Type("GuardedGone"));
        Assert.Contains("GuardedGoing", run.Files["AgentTools.Services.g.cs"], StringComparison.Ordinal);
        Assert.DoesNotContain("GuardedGone", run.Files["AgentTools.Services.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_web_application_names_what_keeps_its_tagged_endpoints_closed()
    {
        var run = GeneratorRun.Of("System.Console.WriteLine();", new CompilerSettings { Output = OutputKind.ConsoleApplication, Missing = [] });

        Assert.Equal("AgentKey.HostingStartup.g.cs", Assert.Single(run.Files).Key);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void No_other_project_does()
    {
        Assert.Empty(GeneratorRun.Of("public sealed class Endpoints;", new CompilerSettings { Missing = [] }).Files);
        Assert.Empty(GeneratorRun.Of("System.Console.WriteLine();", new CompilerSettings { Output = OutputKind.ConsoleApplication }).Files);
    }

    [Fact]
    public void A_project_without_tools_gets_no_code() => Assert.Empty(GeneratorRun.Of("public sealed class Tools { public int Read() => 1; }").Files);

    private static void AssertFiles(GeneratorRun run, params IEnumerable<string> registrations) =>
        Assert.Equal(Always.Concat(registrations).Order(StringComparer.Ordinal), run.Files.Keys.Order(StringComparer.Ordinal));
}
