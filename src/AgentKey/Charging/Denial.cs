using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>A refusal as data, that an agent can read and act on. Holds no secret and nothing of other keys. Immutable.</summary>
public sealed record Denial
{
    /// <summary>Why the call was refused.</summary>
    public required DenialCode Reason { get; init; }

    /// <summary>What the call would have cost.</summary>
    public Cost Cost { get; init; }

    /// <summary>What is left of the budget that refused; <see langword="null"/> when no budget did.</summary>
    public Cost? Remaining { get; init; }

    /// <summary>The budget that refused, e.g. <c>key:42</c>; <see langword="null"/> when no budget did.</summary>
    public string? RefusedBy { get; init; }

    /// <summary>
    /// When that budget starts again, or when enough will have left its rolling window; <see langword="null"/> for never,
    /// or when no budget refused.
    /// </summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>The scope that the call needs, when that is what was missing. Never the scopes that the key holds.</summary>
    public string? RequiredScope { get; init; }

    /// <summary>The argument that no price can be made of, when that is what was wrong.</summary>
    public string? Argument { get; init; }

    /// <summary>What is wrong with the key: for the operator's logs only. Adapters must not show it to the caller.</summary>
    public KeyFault? Fault { get; init; }

    /// <summary>The stable text of <see cref="Reason"/>, e.g. <c>budget_exhausted</c>.</summary>
    public string Code => Reason switch
    {
        DenialCode.NoCaller => "no_caller",
        DenialCode.InvalidKey => "invalid_key",
        DenialCode.InsufficientScope => "insufficient_scope",
        DenialCode.BudgetExhausted => "budget_exhausted",
        DenialCode.IdempotencyMismatch => "idempotency_mismatch",
        DenialCode.DuplicateCall => "duplicate_call",
        DenialCode.InvalidArgument => "invalid_argument",
        DenialCode.UnknownPrice => "unknown_price",
        DenialCode.NotApproved => "not_approved",
        DenialCode.StoreUnavailable => "store_unavailable",
        _ => "unguarded_tool",
    };

    /// <summary>One sentence for an agent or its human. Safe to show to the caller.</summary>
    public string Message => Reason switch
    {
        DenialCode.NoCaller => "This tool runs only for an agent with a key, and no key was presented.",
        DenialCode.InvalidKey => "The presented key is not valid.",
        DenialCode.InsufficientScope => $"This call needs the scope {RequiredScope}, which the key does not hold.",
        DenialCode.BudgetExhausted => $"This call costs {Cost} and {Remaining} is left; the budget {ResetText}.",
        DenialCode.IdempotencyMismatch => "This operation id was used before for a different call.",
        DenialCode.DuplicateCall => "A call with this operation id was made before, and does not run again for the same money.",
        DenialCode.InvalidArgument => $"The price of this call depends on {Argument}, which is negative or too large.",
        DenialCode.UnknownPrice => "No price is known for this call, so it did not run: the key has a budget.",
        DenialCode.NotApproved => $"This call costs {Cost}, and nobody approved of it.",
        DenialCode.StoreUnavailable => "The call could not be paid for right now, so it did not run. Try again later.",
        _ => "This tool carries no guard, so it must not run.",
    };

    private string ResetText => ResetsAt is { } at
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"resets at {at:yyyy-MM-dd'T'HH:mm:ss'Z'}")
        : "does not reset";
}
