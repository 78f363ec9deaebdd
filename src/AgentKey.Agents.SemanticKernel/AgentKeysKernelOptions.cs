using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Settings of <see cref="AgentKeysKernelBuilderExtensions.AddAgentKeys"/>. Read once, when the kernel is built.</summary>
public sealed class AgentKeysKernelOptions
{
    /// <summary>
    /// Prices prompt functions. What it returns <see langword="null"/> for is free and needs no key, which is the default
    /// for all of them.
    /// </summary>
    /// <remarks>Called for every prompt, from any number of threads: return the same <see cref="ToolPolicy"/> each time.</remarks>
    public Func<KernelFunction, ToolPolicy?> PromptPolicy { get; set; } = static _ => null;

    /// <summary>
    /// Which functions may run without a guard, for free and without a key, beside those that carry
    /// <see cref="AgentPublicAttribute"/>. None by default: a function that nobody priced is refused.
    /// </summary>
    /// <remarks>For what a framework adds on its own, e.g. the hand-over functions of an orchestration.</remarks>
    public Func<KernelFunction, bool> IsPublic { get; set; } = static _ => false;
}
