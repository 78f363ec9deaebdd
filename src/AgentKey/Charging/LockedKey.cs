using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>One locked row during a batch: what was stored, and what the batch did to it.</summary>
internal sealed class LockedKey(StoredKey stored)
{
    private DateTimeOffset? _lastUsedAt;
    private LateDraws? _lateDraws;
    private bool _isStateChanged;
    private bool _isSubjectReleased;
    private long? _newCapCents;

    public StoredKey Stored { get; } = stored;

    public string Id => Stored.Id;

    /// <summary>The key's own budget, once an operation has opened it.</summary>
    public BudgetState? Own { get; set; }

    /// <summary>The key's own cap and period as they are now, without a raise; null for no cap.</summary>
    public Budget? Budget => Stored.Budget.WithCap(_newCapCents ?? Stored.Budget.CapCents);

    /// <summary>Every budget that a charge of this key must fit, once an operation has asked; its own first.</summary>
    public IReadOnlyList<BudgetState>? Payers { get; set; }

    /// <summary>The carved key at which <see cref="Payers"/> ends: beyond it, money was drawn in advance. Null when they reach the root.</summary>
    public LockedKey? Carved { get; set; }

    /// <summary>What a carved key has drawn from above for its current period, in micro-cents.</summary>
    public long Drawn { get; private set; } = stored.DrawnMicroCents;

    public DateTimeOffset? RevokedAt { get; private set; } = stored.RevokedAt;

    /// <summary>The hash that the row is to have from now on; null for the one that it has.</summary>
    public SecretHash? NewHash { get; set; }

    public bool IsChanged => _lastUsedAt is not null || _isStateChanged || Own is { IsChanged: true };

    public void Use(DateTimeOffset now) => _lastUsedAt = now;

    /// <summary>Opens the budget of a carved key. Its period is never rolling, so the column of windows says when it drew.</summary>
    /// <exception cref="InvalidFieldException">The column is malformed; nothing has changed.</exception>
    public void OpenCarved(BudgetState own)
    {
        _lateDraws = new LateDraws(own.Window is null ? Stored.Budget.Window : null);
        Own = own;
    }

    /// <summary>Draws from above, for a carved key.</summary>
    public void Draw(long microCents, DateTimeOffset now)
    {
        Drawn = checked(Drawn + microCents);
        _isStateChanged = true;
        if (Own!.StartedAt != now)
        {
            _lateDraws!.Add(now, microCents);
        }
    }

    /// <summary>Takes back what a carved key has drawn, the latest first.</summary>
    /// <param name="microCents">How much; no more than is drawn.</param>
    /// <param name="periodStart">When it drew what it drew for the period's begin.</param>
    /// <returns>The parts by the time at which they were drawn.</returns>
    public IEnumerable<(DateTimeOffset At, long MicroCents)> TakeDrawn(long microCents, DateTimeOffset periodStart)
    {
        Drawn -= microCents;
        _isStateChanged = true;
        while (microCents > 0)
        {
            var part = _lateDraws!.TakeLatest(microCents) ?? (periodStart, microCents);
            microCents -= part.MicroCents;
            yield return part;
        }
    }

    /// <summary>Begins a period for which nothing is drawn yet.</summary>
    public void ForgetDrawn()
    {
        Drawn = 0;
        _lateDraws!.Clear();
        _isStateChanged = true;
    }

    /// <summary>Gives the key, whose own budget is open, another cap.</summary>
    public void SetCap(Cost cap)
    {
        Own!.SetCap(cap.MicroCents);
        var cents = cap.MicroCents / Cost.MicroCentsPerCent;
        _newCapCents = cents == Stored.Budget.CapCents ? null : cents;
    }

    public void Revoke(DateTimeOffset now)
    {
        RevokedAt ??= now;
        _isStateChanged = true;
    }

    /// <summary>A new key that cannot pay for its cap dies before anybody had it, and does not keep its subject from being made later.</summary>
    public void Abandon(DateTimeOffset now)
    {
        _isSubjectReleased = RevokedAt is null && Stored.ExternalSubject is not null;
        Revoke(now);
    }

    /// <summary>The row's new values: whole cents rounded up, so that the TypeScript library cannot overspend either.</summary>
    public KeyChange Close()
    {
        var (budget, before) = (Own!, Stored.Budget);
        var state = new KeyStateChange(budget.Window ?? _lateDraws?.ToString(), Drawn, RevokedAt);
        var change = new KeyChange
        {
            KeyId = Id,
            UsedCents = BudgetState.ToWholeCents(budget.Used),
            UsedMicroCents = budget.Used,
            PeriodEnd = budget.ResetsAt,
            StartedAt = budget.StartedAt == before.StartedAt ? null : budget.StartedAt,
            LastUsedAt = _lastUsedAt,
            KeyHash = NewHash?.Stored,
            CapCents = _newCapCents,
            IsSubjectReleased = _isSubjectReleased,
            State = state == new KeyStateChange(before.Window, Stored.DrawnMicroCents, Stored.RevokedAt) ? null : state,
        };
        var isSpendingChanged = change.StartedAt is not null || change.LastUsedAt is not null
            || (change.UsedCents, change.UsedMicroCents, change.PeriodEnd) != (before.UsedCents, before.UsedMicroCents, before.UsedUntil);
        return change with { IsSpendingChanged = isSpendingChanged };
    }
}
