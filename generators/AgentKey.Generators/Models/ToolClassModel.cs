namespace AgentKey.Generators.Models;

/// <summary>A class and all of its tagged methods, in an order that does not depend on the source's.</summary>
internal sealed record ToolClassModel(ToolClassHeader Class, EquatableArray<ToolMethodModel> Methods, string HintName)
{
    public bool NeedsInner => Methods.Any(method => !method.IsStatic);

    public bool NeedsGuard => Methods.Any(method => method.Scope is not null);

    public string GuardedFullName =>
        Class.Namespace is null ? $"global::{Class.GuardedName}" : $"global::{Class.Namespace}.{Class.GuardedName}";

    public IEnumerable<string> Experimental => Methods.SelectMany(method => method.Experimental);

    public bool IsUsedAs(ToolUses use) => Methods.Any(method => method.Uses.HasFlag(use));

    /// <summary>Groups tools by class.</summary>
    public static EquatableArray<ToolClassModel> Group(IEnumerable<ToolModel> tools)
    {
        // Names of generated files ignore case, those of classes do not.
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return new(tools
            .GroupBy(tool => tool.Class.FullName, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Of(group.First().Class, group.Select(tool => tool.Method), files)));
    }

    private static ToolClassModel Of(ToolClassHeader header, IEnumerable<ToolMethodModel> methods, HashSet<string> files)
    {
        // Named after the raw class, which is unique: two twins of one name are then the compiler's error, not a crash here.
        var wanted = header.FullName.Substring("global::".Length).Replace("@", "");
        var file = wanted;
        for (var i = 2; !files.Add(file); i++)
        {
            file = $"{wanted}.{i}";
        }

        return new(header, new(methods.Distinct().OrderBy(SortKey, StringComparer.Ordinal)), $"{file}.Guarded.g.cs");
    }

    private static string SortKey(ToolMethodModel method) =>
        method.Name + "(" + string.Join(",", method.Parameters.Select(parameter => parameter.Declaration)) + ")";
}
