using System.Diagnostics.CodeAnalysis;
using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>The answer to a <see cref="ChargeRequest"/>: either money was spent and the work may start, or nothing was.</summary>
public sealed record ChargeDecision
{
    private ChargeDecision()
    {
    }

    /// <summary>Whether the work may start.</summary>
    [MemberNotNullWhen(true, nameof(Receipt))]
    [MemberNotNullWhen(false, nameof(Denial))]
    public bool IsAllowed => Receipt is not null;

    /// <summary>The charge, when it was made.</summary>
    public ChargeReceipt? Receipt { get; private init; }

    /// <summary>The refusal, when nothing was charged.</summary>
    public Denial? Denial { get; private init; }

    /// <summary>What is left of the budget after the charge; <see langword="null"/> for a key without a cap, or a refusal.</summary>
    public Cost? Remaining { get; private init; }

    /// <summary>Whether this is the answer to an earlier charge with the same operation id; nothing was charged again.</summary>
    public bool IsReplay { get; private init; }

    internal static ChargeDecision Allow(ChargeReceipt receipt, Cost? remaining, bool isReplay = false) =>
        new() { Receipt = receipt, Remaining = remaining, IsReplay = isReplay };

    internal static ChargeDecision Deny(Denial denial) => new() { Denial = denial };
}
