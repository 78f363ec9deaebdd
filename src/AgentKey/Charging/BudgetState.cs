using System.Diagnostics.CodeAnalysis;
using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>The money of one budget while a batch is decided: opened from its row, changed, and closed into it again.</summary>
internal sealed class BudgetState
{
    private readonly BudgetPeriod? _period;
    private readonly DateTimeOffset? _anchor;
    private readonly RollingWindow? _window;

    private BudgetState(string id, string? period, DateTimeOffset? anchor, string? window)
    {
        Id = id;
        _period = period is null ? null : BudgetPeriod.Parse(period, "budget_period");
        _anchor = anchor;
        _window = _period is { Kind: BudgetPeriodKind.Rolling } ? new RollingWindow(_period, window) : null;
    }

    /// <summary>What a denial calls it, e.g. <c>key:42</c>.</summary>
    public string Id { get; }

    /// <summary>The key whose budget it is; empty for an account's.</summary>
    public string KeyId { get; private init; } = "";

    /// <summary>The row of the budgets table that it came from; null for a key's own budget.</summary>
    public StoredExtraBudget? Extra { get; private init; }

    /// <summary>The cap with the raise that is in force, in micro-cents; null for none.</summary>
    public long? Cap { get; private set; }

    /// <summary>What the row said of <see cref="Cap"/> before this batch.</summary>
    public long? CapBefore { get; private init; }

    /// <summary>Spent and held in the current period, in micro-cents, exact.</summary>
    public long Used { get; private set; }

    /// <summary>What the row said of <see cref="Used"/> in the current period, before this batch and before what others spent was found.</summary>
    public long UsedBefore { get; private set; }

    /// <summary>The end of the current period.</summary>
    public DateTimeOffset? ResetsAt { get; private set; }

    /// <summary>When the current period was begun; null when none has ended yet.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>What another program spent since we last wrote the row, in micro-cents; negative when it took back.</summary>
    public long External { get; private set; }

    /// <summary>What had been used in a period that another program closed, in micro-cents; null when none has.</summary>
    public long? ClosedByOthers { get; private init; }

    /// <summary>What operations of other keys did to it in this batch and the ledger has not recorded yet, in micro-cents.</summary>
    public long Unposted { get; set; }

    public bool IsChanged { get; private set; }

    /// <summary>What may still be spent, in micro-cents. Never negative, even after an overrun.</summary>
    public long Available => Math.Max(0, Limit - Used);

    /// <summary>What is left of the cap as money; null for a budget without one.</summary>
    public Cost? Remaining => Cap is null ? null : Cost.FromMicroCents(Available);

    public string? Window => _window?.ToString();

    /// <summary>The largest amount that the row's columns can hold, in micro-cents.</summary>
    private long Capacity { get; init; } = long.MaxValue;

    // The TypeScript library rolls the periods that it knows, and only in the columns that it knows.
    private bool IsRolledByOthers { get; init; }

    // A key without a cap still ends where the whole-cent column does.
    private long Limit { get; set; }

    private long Raise { get; init; }

    /// <summary>Opens a key's own columns, and finds out what another program did to them (DESIGN §6, shared table).</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="stored">The row's columns.</param>
    /// <param name="largestUsedCents">The largest total that the whole-cent column can hold.</param>
    /// <param name="now">The store's time.</param>
    public static BudgetState Open(string keyId, StoredBudget stored, long largestUsedCents, DateTimeOffset now)
    {
        var wholeCents = checked(stored.UsedCents * Cost.MicroCentsPerCent);
        var columnLimit = checked(largestUsedCents * Cost.MicroCentsPerCent);
        var raise = RaiseAt(now, stored.RaiseMicroCents, stored.RaiseUntil);
        var cap = stored.CapCents is { } cents ? Raised(checked(cents * Cost.MicroCentsPerCent), raise) : (long?)null;
        var isRolledByOthers = stored.Calendar is null && stored.UsedMicroCents is not null && stored.UsedUntil != stored.ResetAt;
        var exact = isRolledByOthers ? null : stored.UsedMicroCents;
        var wholeBefore = checked(ToWholeCents(exact ?? 0) * Cost.MicroCentsPerCent);
        // Whole cents that were set back give back no more than was spent.
        var external = checked(Math.Max(wholeCents - wholeBefore, -(exact ?? 0)));
        var state = new BudgetState(BudgetId.OfKey(keyId), stored.Calendar ?? stored.Period, stored.AnchorAt, stored.Window)
        {
            KeyId = keyId,
            IsRolledByOthers = stored.Calendar is null,
            Cap = cap,
            CapBefore = cap,
            Raise = raise,
            Limit = Math.Min(cap ?? columnLimit, columnLimit),
            Capacity = columnLimit,
            Used = checked((exact ?? 0) + external),
            UsedBefore = exact ?? 0,
            ResetsAt = stored.Calendar is null ? stored.ResetAt : stored.UsedUntil,
            StartedAt = isRolledByOthers ? now : stored.StartedAt,
            External = external,
            ClosedByOthers = isRolledByOthers ? stored.UsedMicroCents : null,
        };
        state._window?.Add(external, now);
        return state;
    }

    /// <summary>Opens a row of the budgets table.</summary>
    public static BudgetState Open(StoredExtraBudget stored, DateTimeOffset now)
    {
        var cap = Raised(stored.CapMicroCents, RaiseAt(now, stored.RaiseMicroCents, stored.RaiseUntil));
        return new BudgetState(BudgetId.Of(stored.Owner, stored.Name), stored.Period, stored.AnchorAt, stored.Window)
        {
            KeyId = BudgetOwner.KeyOf(stored.Owner) ?? "",
            Extra = stored,
            Cap = cap,
            CapBefore = cap,
            Limit = cap,
            Used = stored.UsedMicroCents,
            UsedBefore = stored.UsedMicroCents,
            ResetsAt = stored.EndsAt,
            StartedAt = stored.StartedAt,
        };
    }

    /// <summary>Whether the stored period has ended. A window never does.</summary>
    [MemberNotNullWhen(true, nameof(_period), nameof(ResetsAt))]
    public bool IsOver(DateTimeOffset now) => _window is null && _period is not null && now >= ResetsAt;

    /// <summary>Starts the period that <paramref name="now"/> lies in, if the stored one is over; lets a window move on. To be called once, after opening.</summary>
    /// <returns>What became free, in micro-cents; null when no period ended.</returns>
    public long? Roll(DateTimeOffset now)
    {
        if (_window is not null)
        {
            var dropped = Math.Min(Used, _window.MoveTo(now));
            Used -= dropped;
            UsedBefore = Math.Min(UsedBefore, Used);
            IsChanged |= dropped > 0;
            return dropped > 0 ? dropped : null;
        }

        if (!IsOver(now))
        {
            return null;
        }

        // A reset that the other library moved off our grid becomes the new grid: step from what the row says.
        var isOnGrid = _anchor is { } anchor && (!IsRolledByOthers || _period.NextReset(anchor, ResetsAt.Value.AddTicks(-1)) == ResetsAt);
        // In whose period another program spent cannot be known of a calendar that it does not roll: it counts in the new one.
        var kept = IsRolledByOthers ? 0 : Math.Max(0, Math.Min(External, Used));
        var closed = Used - kept;
        Used = kept;
        UsedBefore = 0;
        ResetsAt = _period.NextReset(isOnGrid ? _anchor!.Value : ResetsAt.Value, now);
        StartedAt = now;
        IsChanged = true;
        return closed;
    }

    /// <summary>Whether an amount can be spent. Written so that no amount can overflow.</summary>
    public bool Fits(long microCents) => microCents <= Available;

    /// <summary>From when on an amount that does not fit now may fit: the next period, or when enough has left the window. Null for never.</summary>
    public DateTimeOffset? FitsAt(long microCents) =>
        _window is null ? ResetsAt : microCents > Limit ? null : _window.FreesAt(checked(Used - (Limit - microCents)));

    /// <summary>Whether an amount beyond the cap could still be written down.</summary>
    public bool CanRecord(long microCents) => microCents <= Capacity - Used;

    /// <summary>Spends, whether it fits or not: what was really spent is recorded in full.</summary>
    public void Spend(long microCents, DateTimeOffset now)
    {
        Used = checked(Used + microCents);
        _window?.Add(microCents, now);
        IsChanged = true;
    }

    /// <summary>Whether the period of an earlier instant is over. Also of a window: a budget that was made later never took anything then.</summary>
    public bool IsClosed(DateTimeOffset instant) => instant < StartedAt;

    /// <summary>
    /// An instant at which the period of an earlier instant had not begun yet, or just begins. When it did begin, the row
    /// no longer says; too early an instant gives back too little, and never too much.
    /// </summary>
    public DateTimeOffset NotAfterBeginOf(DateTimeOffset instant)
    {
        var length = _period is null or { Kind: BudgetPeriodKind.Once } ? TimeSpan.MaxValue : BudgetNarrowing.Longest(_period);
        return instant.UtcTicks > length.Ticks ? instant - length : DateTimeOffset.MinValue;
    }

    /// <summary>Returns what was spent at an earlier instant, into the period of that instant.</summary>
    /// <returns>What really came back, in micro-cents; null when that period is closed and takes nothing back.</returns>
    public long? Return(long microCents, DateTimeOffset spentAt)
    {
        if (IsClosed(spentAt))
        {
            return null;
        }

        var returned = Math.Min(Used, _window is null ? microCents : _window.Take(microCents, spentAt));
        Used -= returned;
        IsChanged = true;
        return returned;
    }

    /// <summary>Another cap, in micro-cents, below a raise that is in force.</summary>
    public void SetCap(long microCents)
    {
        var cap = Raised(microCents, Raise);
        Cap = cap;
        Limit = Math.Min(cap, Capacity);
        IsChanged = true;
    }

    /// <summary>Begins to count, for a budget that is drawn from another one.</summary>
    public void Start(DateTimeOffset now)
    {
        StartedAt ??= now;
        IsChanged = true;
    }

    /// <summary>Marks the row as to be saved.</summary>
    public void Touch() => IsChanged = true;

    public static long ToWholeCents(long microCents) =>
        (microCents / Cost.MicroCentsPerCent) + (microCents % Cost.MicroCentsPerCent > 0 ? 1 : 0);

    // "As much as you like" must not make a row that no decision can be made on.
    private static long Raised(long cap, long raise) => raise > 0 && cap > long.MaxValue - raise ? long.MaxValue : checked(cap + raise);

    private static long RaiseAt(DateTimeOffset now, long microCents, DateTimeOffset? until) => now < until ? microCents : 0;
}
