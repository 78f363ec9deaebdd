namespace AgentKey.Generators.Models;

/// <summary>A class and all of its tagged methods, in an order that does not depend on the source's.</summary>
internal sealed record ToolClassModel(ToolClassHeader Class, EquatableArray<ToolMethodModel> Methods)
{
    public bool NeedsInner => Methods.Any(method => !method.IsStatic);

    public bool HasMcpTools => Methods.Any(method => method.IsMcpTool);

    /// <summary>Named after the raw class, which is unique: two twins of one name are then the compiler's error, not a crash here.</summary>
    public string HintName => $"{Class.FullName.Substring("global::".Length).Replace("@", "")}.Guarded.g.cs";

    public string GuardedFullName =>
        Class.Namespace is null ? $"global::{Class.GuardedName}" : $"global::{Class.Namespace}.{Class.GuardedName}";

    /// <summary>Groups tools by class.</summary>
    public static EquatableArray<ToolClassModel> Group(IEnumerable<ToolModel> tools) => new(tools
        .GroupBy(tool => tool.Class.FullName, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new ToolClassModel(group.First().Class, new(group.Select(tool => tool.Method).OrderBy(SortKey, StringComparer.Ordinal)))));

    private static string SortKey(ToolMethodModel method) =>
        method.Name + "(" + string.Join(",", method.Parameters.Select(parameter => parameter.Declaration)) + ")";
}
