using AgentKey.Money;

namespace AgentKey.Storage;

/// <summary>One line of the append-only ledger.</summary>
/// <remarks>
/// The amounts of one key's entries since its last <see cref="LedgerEntryKind.Reset"/> add up to what is used now; a
/// void counts only when the charge that it returns lies in the same period.
/// </remarks>
public sealed record LedgerEntry
{
    /// <summary>The position in the ledger; 0 until a store has assigned it.</summary>
    public long Sequence { get; init; }

    /// <summary>The store's time of the decision.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The key.</summary>
    public required string KeyId { get; init; }

    /// <summary>The operation that made this entry; <see langword="null"/> for entries that no caller asked for.</summary>
    public required string? OperationId { get; init; }

    /// <summary>What is recorded.</summary>
    public required LedgerEntryKind Kind { get; init; }

    /// <summary>The amount in micro-cents, signed: positive is spent, negative is returned.</summary>
    public required long AmountMicroCents { get; init; }

    /// <summary>The end of the key's budget period in which the money was spent; <see langword="null"/> for a budget without reset.</summary>
    public required DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>What was left of the budget afterwards, in micro-cents; <see langword="null"/> for a key without a cap.</summary>
    public required long? RemainingMicroCents { get; init; }

    /// <summary>The operation id of the charge that a void returns.</summary>
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
