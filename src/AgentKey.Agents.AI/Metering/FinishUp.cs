using AgentKey.Money;

namespace AgentKey.Agents.AI;

/// <summary>How an agent whose budget runs out comes to an end with an answer, instead of in the middle of its work. Immutable.</summary>
public sealed record FinishUp
{
    /// <summary>The hint unless another one is set.</summary>
    public const string DefaultHint = "Little of your budget is left. Give your final answer now, from what you already know, and call no more tools.";

    /// <summary>
    /// What ordinary calls leave untouched. A call that does not fit beside it becomes the final one: with the hint,
    /// without tools, and with no more output than the rest of the money buys. Zero for no final call.
    /// </summary>
    public Cost Reserve { get; init; }

    /// <summary>When less than this is left after an ordinary call's hold, the call carries the hint. Zero for never.</summary>
    public Cost HintBelow { get; init; }

    /// <summary>What the model is told, added to its instructions.</summary>
    public string Hint { get; init; } = DefaultHint;

    /// <summary>The fewest tokens of output that a final call is worth making for.</summary>
    public int LeastOutput { get; init; } = 32;
}
