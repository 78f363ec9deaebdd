using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the table of all tools of the assembly: what each needs, costs, and does with the money when it fails.</summary>
internal static class PoliciesEmitter
{
    public static string Emit(IEnumerable<ToolClassModel> classes) => RegistrationFile.Write(
        RegistrationFile.Agents,
        "AgentToolPolicies",
        "What this assembly's tools need and cost.",
        [],
        writer =>
        {
            writer.Line("/// <summary>One for each tagged tool, by class and name.</summary>");
            writer.Line($"public static global::System.Collections.Generic.IReadOnlyList<{PolicyEmitter.Policy}> All {{ get; }} = new {PolicyEmitter.Policy}[]");
            writer.Line("{");
            foreach (var method in classes.SelectMany(tool => tool.Methods))
            {
                PolicyEmitter.EmitValue(writer, method, ",");
            }

            writer.Line("};");
        });
}
