namespace AgentKey.Generators.Models;

/// <summary>How the guarded method hands on what the tool returns.</summary>
internal enum ReturnKind
{
    /// <summary>At once: the twin returns a <c>ValueTask</c>.</summary>
    Immediate,

    /// <summary>As a task that is awaited.</summary>
    Awaitable,

    /// <summary>As a <c>Task</c> with a result, which is handed on itself where it is done at once.</summary>
    Task,

    /// <summary>One after the other.</summary>
    Stream,
}
