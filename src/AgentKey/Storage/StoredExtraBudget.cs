namespace AgentKey.Storage;

/// <summary>One row of the budgets table: a further budget of a key, or the ceiling of an account.</summary>
public sealed record StoredExtraBudget
{
    /// <summary>Whose budget it is, e.g. <c>key:42</c> or <c>account:acme</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>Its name among its owner's budgets, e.g. <c>hourly</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The cap in micro-cents.</summary>
    public required long CapMicroCents { get; init; }

    /// <summary>When it starts again, as <see cref="Budgets.BudgetPeriod.Parse"/> reads it.</summary>
    public required string Period { get; init; }

    /// <summary>The boundary from which the others are counted.</summary>
    public required DateTimeOffset? AnchorAt { get; init; }

    /// <summary>When the current period was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The end of the current period; <see langword="null"/> for never.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Spent and held in the current period, in micro-cents.</summary>
    public required long UsedMicroCents { get; init; }

    /// <summary>The slices of a rolling window; <see langword="null"/> for other periods.</summary>
    public string? Window { get; init; }

    /// <summary>Added to the cap until <see cref="RaiseUntil"/>, in micro-cents.</summary>
    public long RaiseMicroCents { get; init; }

    /// <summary>The end of the raise.</summary>
    public DateTimeOffset? RaiseUntil { get; init; }
}
