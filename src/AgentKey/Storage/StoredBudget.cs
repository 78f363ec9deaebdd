namespace AgentKey.Storage;

/// <summary>The budget columns of one row, exactly as the table holds them.</summary>
/// <remarks>
/// The first four columns are shared with the TypeScript library, which knows whole cents only and may charge or roll
/// the row at any time. The exact amount lives in columns of ours, together with the period end that it belongs to.
/// </remarks>
public sealed record StoredBudget
{
    /// <summary><c>budget_cents</c>: the cap in whole cents; <see langword="null"/> for no cap.</summary>
    public required long? CapCents { get; init; }

    /// <summary><c>budget_used_cents</c>: spent and held, rounded up to a whole cent; a <c>NULL</c> reads as 0.</summary>
    public required long UsedCents { get; init; }

    /// <summary><c>budget_period</c>: <see langword="null"/> for no reset, else <c>day</c> or <c>month</c>.</summary>
    public required string? Period { get; init; }

    /// <summary><c>budget_reset_at</c>: the end of the current period; <see langword="null"/> for no reset.</summary>
    public required DateTimeOffset? ResetAt { get; init; }

    /// <summary><c>budget_anchor_at</c>: the boundary from which the others are counted; <see langword="null"/> in adopted rows.</summary>
    public required DateTimeOffset? AnchorAt { get; init; }

    /// <summary><c>budget_used_micros</c>: spent and held in micro-cents; <see langword="null"/> in rows that we never charged.</summary>
    public required long? UsedMicroCents { get; init; }

    /// <summary><c>budget_used_until</c>: the <see cref="ResetAt"/> for which <see cref="UsedMicroCents"/> was written.</summary>
    public required DateTimeOffset? UsedUntil { get; init; }
}
