namespace AgentKey.Generators.Models;

/// <summary>How the guarded method hands on what the tool returns.</summary>
internal enum ReturnKind
{
    /// <summary>At once: the twin returns a <c>ValueTask</c>.</summary>
    Immediate,

    /// <summary>As a task.</summary>
    Awaitable,

    /// <summary>One after the other.</summary>
    Stream,
}
