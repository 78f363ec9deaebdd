using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes a constant for every scope that a tool of the assembly needs.</summary>
internal static class ScopesEmitter
{
    public const string Name = "AgentScopes";
    private const string All = "All";

    public static string Emit(IEnumerable<ToolClassModel> classes) => RegistrationFile.Write(
        RegistrationFile.Agents,
        Name,
        "The scopes that this assembly's tools need: for keys and endpoints. A tag itself names its scope as text.",
        [],
        writer =>
        {
            var groups = classes.SelectMany(tool => tool.Methods)
                .Where(method => method.Scope is not null)
                .GroupBy(method => method.Scope!, method => method.ToolName, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToList();
            var names = new ScopeNames([Name, All], groups.Select(group => group.Key));
            var scopes = groups
                .Select(group => (Constant: names.Take(group.Key), Scope: group.Key, Tools: group.ToList()))
                .ToList();
            foreach (var (constant, scope, tools) in scopes)
            {
                writer.Line($"/// <summary><c>{scope}</c>, which <c>{tools[0]}</c>{(tools.Count == 1 ? " needs" : $" and {tools.Count - 1} more need")}.</summary>");
                writer.Line($"public const string {constant} = \"{scope}\";");
                writer.Line();
            }

            const string list = "global::System.Collections.Generic.IReadOnlyList<string>";
            writer.Line("/// <summary>All of them.</summary>");
            writer.Line($"public static {list} {All} {{ get; }} = new string[] {{ {string.Join(", ", scopes.Select(scope => scope.Constant))} }};");
        });
}
