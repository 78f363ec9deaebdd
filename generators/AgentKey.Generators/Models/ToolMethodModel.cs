namespace AgentKey.Generators.Models;

/// <summary>One tagged method. Holds no Roslyn type, so that it compares by content.</summary>
internal sealed record ToolMethodModel
{
    public required string Name { get; init; }

    public required bool IsStatic { get; init; }

    public required bool IsMcpTool { get; init; }

    public required string Accessibility { get; init; }

    public required string ToolName { get; init; }

    public required string Scope { get; init; }

    public required long Cents { get; init; }

    /// <summary>Whether what the tool returns is awaited.</summary>
    public required bool IsAwaited { get; init; }

    /// <summary>What the caller has in the end; null for nothing.</summary>
    public required string? ResultType { get; init; }

    /// <summary>The return type of the guarded method.</summary>
    public required string ReturnType { get; init; }

    public required EquatableArray<string> Attributes { get; init; }

    public required EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>The name of the parameter that cancels the call, if there is one.</summary>
    public required string? CancellationToken { get; init; }
}
