namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>How the money of a function is looked after.</summary>
internal enum FunctionKind
{
    /// <summary>Nobody looks after it, so it must not run.</summary>
    Unguarded,

    /// <summary>It charges by itself.</summary>
    Guarded,

    /// <summary>A prompt: the filter charges it when it was given a price.</summary>
    Prompt,

    /// <summary>Free for anybody, and meant to be.</summary>
    Public,
}
