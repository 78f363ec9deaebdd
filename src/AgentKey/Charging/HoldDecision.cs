using System.Diagnostics.CodeAnalysis;
using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>The answer to a hold: either the money is reserved and the work may start, or nothing was.</summary>
public sealed record HoldDecision
{
    private HoldDecision()
    {
    }

    /// <summary>Whether the work may start.</summary>
    [MemberNotNullWhen(true, nameof(Receipt))]
    [MemberNotNullWhen(false, nameof(Denial))]
    public bool IsAllowed => Receipt is not null;

    /// <summary>The hold, when it was made.</summary>
    public HoldReceipt? Receipt { get; private init; }

    /// <summary>The refusal, when nothing was held.</summary>
    public Denial? Denial { get; private init; }

    /// <summary>What the key can still spend; <see langword="null"/> when no budget caps it, or for a refusal.</summary>
    public Cost? Remaining { get; private init; }

    /// <summary>
    /// Whether this is the answer to an earlier hold with the same operation id; nothing was held again. That one may have
    /// been settled or have expired since: <see cref="AgentKeys.ExtendAsync"/> by no time tells.
    /// </summary>
    public bool IsReplay { get; private init; }

    internal static HoldDecision Allow(HoldReceipt receipt, Cost? remaining, bool isReplay) =>
        new() { Receipt = receipt, Remaining = remaining, IsReplay = isReplay };

    internal static HoldDecision Deny(Denial denial) => new() { Denial = denial };
}
