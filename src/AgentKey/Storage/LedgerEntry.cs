using AgentKey.Money;

namespace AgentKey.Storage;

/// <summary>One line of the append-only ledger.</summary>
/// <remarks>
/// Each budget has its own running account: the entries that bear its name and a balance, in order, each lead from the
/// balance of the one before to their own.
/// </remarks>
public sealed record LedgerEntry
{
    /// <summary>The position in the ledger; 0 until a store has assigned it.</summary>
    public long Sequence { get; init; }

    /// <summary>The store's time of the decision.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The key; empty for an account's budget.</summary>
    public required string KeyId { get; init; }

    /// <summary>The budget, when it is not the key's own: e.g. <c>key:42/hourly</c> or <c>account:acme/monthly</c>.</summary>
    public string? Budget { get; init; }

    /// <summary>The operation that made this entry; <see langword="null"/> for entries that no caller asked for.</summary>
    public required string? OperationId { get; init; }

    /// <summary>What is recorded.</summary>
    public required LedgerEntryKind Kind { get; init; }

    /// <summary>The amount in micro-cents, signed: positive is spent, negative is returned.</summary>
    public required long AmountMicroCents { get; init; }

    /// <summary>The end of the key's budget period in which the money was spent; <see langword="null"/> for a budget without reset.</summary>
    public required DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>What the key could still spend afterwards, in micro-cents; <see langword="null"/> when no budget caps it.</summary>
    public required long? RemainingMicroCents { get; init; }

    /// <summary>What was used of this entry's budget afterwards, in micro-cents; <see langword="null"/> when the entry moved money of a closed period.</summary>
    public long? BalanceMicroCents { get; init; }

    /// <summary>When a hold expires, as it was first taken.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The operation id of the charge or hold that a void, settle or expiry is about.</summary>
    public string? RefersTo { get; init; }

    /// <summary>The scope that the call needed.</summary>
    public string? Scope { get; init; }

    /// <summary>The tool that was called.</summary>
    public string? Tool { get; init; }

    /// <summary>The W3C trace id under which the call ran.</summary>
    public string? TraceId { get; init; }

    /// <summary>The end user on whose behalf the agent acted.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The amount as money, without its sign.</summary>
    public Cost Amount => Cost.FromMicroCents(Math.Abs(AmountMicroCents));
}
