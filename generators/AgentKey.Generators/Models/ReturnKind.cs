namespace AgentKey.Generators.Models;

/// <summary>How the guarded method hands on what the tool returns.</summary>
internal enum ReturnKind
{
    /// <summary>The tool returns nothing, at once: the twin returns a <c>ValueTask</c>.</summary>
    Void,

    /// <summary>The tool returns a value, at once: the twin returns a <c>ValueTask</c> of it.</summary>
    Value,

    /// <summary>The tool returns a task without a result.</summary>
    Awaitable,

    /// <summary>The tool returns a task with a result.</summary>
    AwaitableValue,
}
