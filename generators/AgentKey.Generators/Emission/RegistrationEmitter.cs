using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the methods that register every tool of the assembly, guarded.</summary>
internal static class RegistrationEmitter
{
    private const string Services = "global::Microsoft.Extensions.DependencyInjection.IServiceCollection";
    private const string TryAdd = "global::Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.TryAddTransient";
    private const string Mcp = "global::Microsoft.Extensions.DependencyInjection.IMcpServerBuilder";

    public static string EmitServices(IEnumerable<ToolClassModel> classes)
    {
        var writer = Begin("AgentToolsServiceCollectionExtensions", "Registers this assembly's tools.");
        writer.Line("/// <summary>Registers every class with tagged methods, and its guarded twin.</summary>");
        writer.Open($"public static {Services} AddAgentTools(this {Services} services)");
        foreach (var tool in classes)
        {
            if (tool.NeedsInner)
            {
                writer.Line($"{TryAdd}<{tool.Class.FullName}>(services);");
            }

            writer.Line($"{TryAdd}<{tool.GuardedFullName}>(services);");
        }

        writer.Line("return services;");
        return End(writer);
    }

    public static string EmitMcp(IEnumerable<ToolClassModel> classes)
    {
        const string options = "global::System.Text.Json.JsonSerializerOptions? serializerOptions = null";
        var writer = Begin("AgentToolsMcpServerBuilderExtensions", "Serves this assembly's tools over MCP.");
        writer.Line("/// <summary>Serves every tagged MCP tool of this assembly, guarded.</summary>");
        writer.Open($"public static {Mcp} WithAgentTools(this {Mcp} builder, {options})");
        writer.Line("AgentToolsServiceCollectionExtensions.AddAgentTools(builder.Services);");
        foreach (var tool in classes.Where(tool => tool.HasMcpTools))
        {
            writer.Line($"global::Microsoft.Extensions.DependencyInjection.McpServerBuilderExtensions.WithTools<{tool.GuardedFullName}>(builder, serializerOptions);");
        }

        writer.Line("return builder;");
        return End(writer);
    }

    private static SourceWriter Begin(string name, string summary)
    {
        var writer = new SourceWriter();
        writer.Header();
        writer.Line("namespace Microsoft.Extensions.DependencyInjection;");
        writer.Line();
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line(GuardedClassEmitter.GeneratedCode);
        writer.Open($"internal static class {name}");
        return writer;
    }

    private static string End(SourceWriter writer)
    {
        writer.Close();
        writer.Close();
        return writer.ToString();
    }
}
