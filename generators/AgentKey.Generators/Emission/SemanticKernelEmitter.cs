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
            writer.Line("/// <summary>Adds every class with tagged kernel functions as a plugin, guarded. It has the name that the class would have had, or its full name where two would have one.</summary>");
            writer.Open($"public static {Plugins} AddAgentPlugins(this {Plugins} plugins)");
            writer.Line($"{RegistrationFile.AddAgentTools}(plugins.Services);");
            foreach (var plugin in classes.Where(tool => tool.IsUsedAs(ToolUses.KernelFunction)).ToLookup(tool => tool.Class.Name, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var tool in plugin)
                {
                    writer.Line($"{Extensions}.AddAgentPlugin<{tool.GuardedFullName}>(plugins, \"{NameOf(tool.Class, isUnique: plugin.Count() == 1)}\");");
                }
            }

            writer.Line("return plugins;");
            writer.Close();
        });

    /// <summary>A kernel has one plugin of a name, whatever its case is.</summary>
    private static string NameOf(ToolClassHeader header, bool isUnique) =>
        isUnique ? header.Name : header.FullName.Substring("global::".Length).Replace("@", "").Replace('.', '_');
}
