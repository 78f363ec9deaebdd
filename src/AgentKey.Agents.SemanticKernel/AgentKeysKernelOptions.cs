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
    /// After how many rounds in a row, in which every function that the model asked for was refused, its tool loop ends.
    /// 2 by default: a model that reads a refusal and asks for nothing but refused functions again is not asked a third time.
    /// </summary>
    /// <remarks>
    /// The loop then ends with the last refusal as its answer: as the text of a chat completion service, and as the last
    /// message of a chat client, whose text is empty. <see cref="int.MaxValue"/> leaves the end to Semantic Kernel's own
    /// limit of 128 rounds.
    /// </remarks>
    /// <exception cref="InvalidFieldException">It is less than 1.</exception>
    public int MaxRefusedRounds
    {
        get;
        set => field = value >= 1 ? value : throw new InvalidFieldException("maxRefusedRounds", "is less than 1", "a whole number of at least 1, e.g. 2");
    } = 2;

    /// <summary>
    /// Which functions may run without a guard, for free and without a key, beside those that carry
    /// <see cref="AgentPublicAttribute"/>. None by default: a function that nobody priced is refused.
    /// </summary>
    /// <remarks>For what a framework adds on its own, e.g. the hand-over functions of an orchestration.</remarks>
    public Func<KernelFunction, bool> IsPublic { get; set; } = static _ => false;
}
