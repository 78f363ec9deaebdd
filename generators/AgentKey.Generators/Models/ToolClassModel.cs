namespace AgentKey.Generators.Models;

/// <summary>A class and all of its tagged methods, in an order that does not depend on the source's.</summary>
internal sealed record ToolClassModel(ToolClassHeader Class, EquatableArray<ToolMethodModel> Methods)
{
    public bool NeedsInner => Methods.Any(method => !method.IsStatic);

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
