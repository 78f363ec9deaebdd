using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the method that serves the assembly's MCP tools, prompts and resources, guarded.</summary>
internal static class McpEmitter
{
    private const string Builder = "global::Microsoft.Extensions.DependencyInjection.IMcpServerBuilder";
    private const string Extensions = "global::Microsoft.Extensions.DependencyInjection.McpServerBuilderExtensions";

    // Whether or not the host remembers to add the adapter: a raw tool beside these is refused too.
    private const string Adapter = "global::" + WellKnownNames.McpAdapter;

    public static string Emit(IEnumerable<ToolClassModel> classes) => RegistrationFile.Write(
        RegistrationFile.DependencyInjection,
        "AgentToolsMcpServerBuilderExtensions",
        "Serves this assembly's tools over MCP.",
        classes.SelectMany(tool => tool.Experimental),
        writer =>
        {
            const string options = "global::System.Text.Json.JsonSerializerOptions? serializerOptions = null";
            writer.Line("/// <summary>Serves every tagged MCP tool, prompt and resource of this assembly, guarded.</summary>");
            writer.Open($"public static {Builder} WithAgentTools(this {Builder} builder, {options})");
            writer.Line("AgentToolsServiceCollectionExtensions.AddAgentTools(builder.Services);");
            writer.Line($"{Adapter}.WithAgentKeys(builder);");
            foreach (var tool in classes)
            {
                EmitOne(writer, tool);
            }

            writer.Line("return builder;");
            writer.Close();
        });

    private static void EmitOne(SourceWriter writer, ToolClassModel tool)
    {
        if (tool.IsUsedAs(ToolUses.McpTool))
        {
            writer.Line($"{Extensions}.WithTools<{tool.GuardedFullName}>(builder, serializerOptions);");
        }

        if (tool.IsUsedAs(ToolUses.McpPrompt))
        {
            writer.Line($"{Extensions}.WithPrompts<{tool.GuardedFullName}>(builder, serializerOptions);");
        }

        if (tool.IsUsedAs(ToolUses.McpResource))
        {
            writer.Line($"{Extensions}.WithResources<{tool.GuardedFullName}>(builder);");
        }
    }
}
