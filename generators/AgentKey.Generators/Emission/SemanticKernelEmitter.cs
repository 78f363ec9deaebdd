using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the method that adds the assembly's Semantic Kernel plugins, guarded, under the names of the raw ones.</summary>
internal static class SemanticKernelEmitter
{
    private const string Plugins = "global::Microsoft.SemanticKernel.IKernelBuilderPlugins";
    private const string Extensions = "global::AgentKey.Agents.SemanticKernel.AgentKernelPluginExtensions";

    public static string Emit(IEnumerable<ToolClassModel> classes) => RegistrationFile.Write(
        "Microsoft.SemanticKernel",
        "AgentToolsKernelBuilderExtensions",
        "Adds this assembly's tools to a kernel.",
        classes.SelectMany(tool => tool.Experimental),
        writer =>
        {
            writer.Line("/// <summary>Adds every class with tagged kernel functions as a plugin, guarded. It has the name that the class would have had.</summary>");
            writer.Open($"public static {Plugins} AddAgentPlugins(this {Plugins} plugins)");
            writer.Line($"{RegistrationFile.AddAgentTools}(plugins.Services);");
            foreach (var tool in classes.Where(tool => tool.IsUsedAs(ToolUses.KernelFunction)))
            {
                writer.Line($"{Extensions}.AddAgentPlugin<{tool.GuardedFullName}>(plugins, \"{tool.Class.Name}\");");
            }

            writer.Line("return plugins;");
            writer.Close();
        });
}
