using AgentKey.Budgets;
using AgentKey.Money;

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

    /// <summary><c>budget_period</c>: <see langword="null"/> for no reset that the TypeScript library knows, else <c>day</c> or <c>month</c>.</summary>
    public required string? Period { get; init; }

    /// <summary><c>budget_reset_at</c>: the end of that period; <see langword="null"/> for no reset.</summary>
    public required DateTimeOffset? ResetAt { get; init; }

    /// <summary><c>budget_calendar</c>: a period that only we know, which the TypeScript library must not roll; then the two columns above are <c>NULL</c>.</summary>
    public string? Calendar { get; init; }

    /// <summary><c>budget_anchor_at</c>: the boundary from which the others are counted; <see langword="null"/> in adopted rows.</summary>
    public required DateTimeOffset? AnchorAt { get; init; }

    /// <summary><c>budget_started_at</c>: when the current period was begun here; <see langword="null"/> when none has ended yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary><c>budget_used_micros</c>: spent and held in micro-cents; <see langword="null"/> in rows that we never charged.</summary>
    public required long? UsedMicroCents { get; init; }

    /// <summary><c>budget_used_until</c>: the end of the period for which <see cref="UsedMicroCents"/> was written.</summary>
    public required DateTimeOffset? UsedUntil { get; init; }

    /// <summary><c>budget_window</c>: the slices of a rolling window, or what a carved key drew after the begin of its period; else <see langword="null"/>.</summary>
    public string? Window { get; init; }

    /// <summary><c>budget_raise_micros</c>: added to the cap until <see cref="RaiseUntil"/>.</summary>
    public long RaiseMicroCents { get; init; }

    /// <summary><c>budget_raise_until</c>.</summary>
    public DateTimeOffset? RaiseUntil { get; init; }

    /// <summary>A cap in this row's period; <see langword="null"/> for no cap.</summary>
    internal Budget? WithCap(long? cents) => cents is { } cap
        ? new Budget(Cost.FromMicroCents(checked(cap * Cost.MicroCentsPerCent)), BudgetPeriod.Parse(Calendar ?? Period ?? "once"))
        : null;
}
