using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>The answer to settling a hold.</summary>
/// <param name="Outcome">What became of it.</param>
public sealed record SettleResult(SettleOutcome Outcome)
{
    /// <summary>Whether the actual cost is spent, now or by an earlier try of the same operation.</summary>
    public bool IsSettled => Outcome is SettleOutcome.Settled or SettleOutcome.SettledLate;

    /// <summary>The actual cost that was spent; zero when nothing was.</summary>
    public Cost Spent { get; init; }

    /// <summary>By how much it was above the hold. Recorded in full: a budget that it exceeds refuses the next call.</summary>
    public Cost Overrun { get; init; }

    /// <summary>What the key can still spend; <see langword="null"/> when no budget caps it, or nothing was settled.</summary>
    public Cost? Remaining { get; init; }

    /// <summary>Whether this is the answer to an earlier try with the same operation id.</summary>
    public bool IsReplay { get; init; }
}
