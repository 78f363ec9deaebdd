namespace AgentKey.Generators.Models;

/// <summary>The class that a tagged method stands in.</summary>
internal sealed record ToolClassHeader
{
    public required string? Namespace { get; init; }

    /// <summary>The raw class as generated code names it, with <c>global::</c>.</summary>
    public required string FullName { get; init; }

    public required string GuardedName { get; init; }

    public required string Accessibility { get; init; }

    public required EquatableArray<string> Attributes { get; init; }
}
