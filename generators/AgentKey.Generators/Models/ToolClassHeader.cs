namespace AgentKey.Generators.Models;

/// <summary>The class whose tools are guarded.</summary>
internal sealed record ToolClassHeader
{
    public required string? Namespace { get; init; }

    /// <summary>The raw class without its namespace and the classes around it, as a Semantic Kernel plugin is named.</summary>
    public required string Name { get; init; }

    /// <summary>The raw class as generated code names it, with <c>global::</c>.</summary>
    public required string FullName { get; init; }

    public required string GuardedName { get; init; }

    public required string Accessibility { get; init; }

    /// <summary>Whether to name the class is an error by now, except in its own twin.</summary>
    public required bool IsGone { get; init; }

    public required EquatableArray<string> Attributes { get; init; }
}
