namespace AgentKey.Generators.Models;

/// <summary>One tagged method. Holds no Roslyn type, so that it compares by content.</summary>
internal sealed record ToolMethodModel
{
    public required string Name { get; init; }

    public required bool IsStatic { get; init; }

    /// <summary>The class that the tool has to be called as a member of, where the twin's own class has others of the name.</summary>
    public required string? Receiver { get; init; }

    /// <summary>Whether the tool, called so, returns less than it declares.</summary>
    public required bool ReturnsLess { get; init; }

    /// <summary>The frameworks whose attributes the method carries.</summary>
    public required ToolUses Uses { get; init; }

    public required string Accessibility { get; init; }

    public required string ToolName { get; init; }

    /// <summary>The scope that a caller needs; null for a public tool.</summary>
    public required string? Scope { get; init; }

    public required PriceModel Price { get; init; }

    public required ReturnKind ReturnKind { get; init; }

    /// <summary>What the caller has in the end, or one item of a stream; null for nothing.</summary>
    public required string? ResultType { get; init; }

    /// <summary>The item of a sequence whose work may be done only when it is read; null for what is no such sequence.</summary>
    public required string? SequenceOf { get; init; }

    /// <summary>Whether the tool declares to return anything, so that only its result tells whether work goes on in it.</summary>
    public required bool ReturnsAnything { get; init; }

    /// <summary>The return type of the tool itself.</summary>
    public required string RawReturnType { get; init; }

    /// <summary>The return type of the guarded method.</summary>
    public required string ReturnType { get; init; }

    public required EquatableArray<string> Attributes { get; init; }

    public required EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>What the values of the tool are made of, where the assembly declares their types.</summary>
    public required string Shapes { get; init; }

    /// <summary>The ids of what is experimental in the tool and in its class.</summary>
    public required EquatableArray<string> Experimental { get; init; }

    /// <summary>The name of the parameter that cancels the call, if there is one.</summary>
    public required string? CancellationToken { get; init; }
}
