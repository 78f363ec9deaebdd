using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the registration of every tool of the assembly as a service.</summary>
internal static class ServicesEmitter
{
    private const string TryAdd = "global::Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.TryAddTransient";

    public static string Emit(IEnumerable<ToolClassModel> classes) => RegistrationFile.Write(
        RegistrationFile.DependencyInjection,
        "AgentToolsServiceCollectionExtensions",
        "Registers this assembly's tools.",
        classes.SelectMany(tool => tool.Experimental),
        writer =>
        {
            writer.Line("/// <summary>Registers every class with tagged methods, and its guarded twin.</summary>");
            writer.Open($"public static {RegistrationFile.Services} AddAgentTools(this {RegistrationFile.Services} services)");
            foreach (var tool in classes)
            {
                if (tool.NeedsInner)
                {
                    writer.Line($"{TryAdd}<{tool.Class.FullName}>(services);");
                }

                writer.Line($"{TryAdd}<{tool.GuardedFullName}>(services);");
            }

            writer.Line("return services;");
            writer.Close();
        });
}
