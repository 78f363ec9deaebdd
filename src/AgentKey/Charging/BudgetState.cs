using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>The money of one key while a decision is made: opened from the row, changed, and closed into it again.</summary>
internal sealed class BudgetState
{
    private readonly BudgetPeriod? _period;
    private readonly DateTimeOffset? _anchor;

    private BudgetState(StoredBudget stored, long usedMicroCents, long limitMicroCents)
    {
        Cap = stored.CapCents is { } cents ? checked(cents * Cost.MicroCentsPerCent) : null;
        Limit = Math.Min(Cap ?? limitMicroCents, limitMicroCents);
        Used = usedMicroCents;
        ResetsAt = stored.ResetAt;
        _period = stored.Period is null ? null : BudgetPeriod.Parse(stored.Period, "budget_period");
        _anchor = stored.AnchorAt;
    }

    /// <summary>The cap in micro-cents; null for a key without one.</summary>
    public long? Cap { get; }

    /// <summary>Spent and held in the current period, in micro-cents, exact.</summary>
    public long Used { get; private set; }

    /// <summary>The end of the current period.</summary>
    public DateTimeOffset? ResetsAt { get; private set; }

    /// <summary>What another program spent since we last wrote the row, in micro-cents; negative when it took back.</summary>
    public long External { get; private init; }

    /// <summary>What had been used in a period that another program closed, in micro-cents.</summary>
    public long ClosedByOthers { get; private init; }

    /// <summary>What may still be spent, in micro-cents. Never negative, even after an overrun.</summary>
    public long Available => Math.Max(0, Limit - Used);

    /// <summary>What is left of the cap as money; null for a key without one.</summary>
    public Cost? Remaining => Cap is null ? null : Cost.FromMicroCents(Available);

    // A key without a cap still ends where the whole-cent column does.
    private long Limit { get; }

    /// <summary>Opens the columns, and finds out what another program did to them (DESIGN §6, shared table).</summary>
    /// <param name="stored">The row's columns.</param>
    /// <param name="largestUsedCents">The largest total that the whole-cent column can hold.</param>
    public static BudgetState Open(StoredBudget stored, long largestUsedCents)
    {
        var wholeCents = checked(stored.UsedCents * Cost.MicroCentsPerCent);
        var limit = checked(largestUsedCents * Cost.MicroCentsPerCent);
        if (stored.UsedMicroCents is not { } exact)
        {
            return new BudgetState(stored, wholeCents, limit) { External = wholeCents };
        }

        if (stored.UsedUntil != stored.ResetAt)
        {
            return new BudgetState(stored, wholeCents, limit) { External = wholeCents, ClosedByOthers = exact };
        }

        var external = wholeCents - checked(ToWholeCents(exact) * Cost.MicroCentsPerCent);
        return new BudgetState(stored, checked(exact + external), limit) { External = external };
    }

    /// <summary>Starts the period that <paramref name="now"/> lies in, if the stored one is over.</summary>
    /// <returns>What had been used in the period that ended, in micro-cents; null when no period ended.</returns>
    public long? Roll(DateTimeOffset now)
    {
        if (_period is null || ResetsAt is not { } end || now < end)
        {
            return null;
        }

        // A reset that another program moved off our grid becomes the new grid: step from what the row says.
        var isOnGrid = _anchor is { } anchor && _period.NextReset(anchor, end.AddTicks(-1)) == end;
        var closed = Used;
        Used = 0;
        ResetsAt = _period.NextReset(isOnGrid ? _anchor!.Value : end, now);
        return closed;
    }

    /// <summary>Spends, when it fits.</summary>
    public bool TrySpend(long microCents)
    {
        if (microCents > Available)
        {
            return false;
        }

        Used = checked(Used + microCents);
        return true;
    }

    /// <summary>Returns what was spent in the period that ended at <paramref name="periodEnd"/>; a closed period takes nothing back.</summary>
    public void Return(long microCents, DateTimeOffset? periodEnd)
    {
        if (periodEnd == ResetsAt)
        {
            Used = Math.Max(0, Used - microCents);
        }
    }

    /// <summary>The columns' new values: whole cents rounded up, so that the TypeScript library cannot overspend either.</summary>
    public KeyChange Close(string keyId, DateTimeOffset? lastUsedAt) =>
        new(keyId, ToWholeCents(Used), Used, ResetsAt, lastUsedAt);

    private static long ToWholeCents(long microCents) =>
        (microCents / Cost.MicroCentsPerCent) + (microCents % Cost.MicroCentsPerCent > 0 ? 1 : 0);
}
