using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Auditing;

/// <summary>
/// What each budget must have used, added up from the operations themselves: every charge, hold and settlement of the
/// keys that pay from it, what carved keys drew, and what another program spent. Shares nothing with the state machine.
/// </summary>
internal sealed class PaperSums
{
    private readonly List<(string Child, DateTimeOffset At, long MicroCents)> _draws = [];
    private readonly Dictionary<string, long> _foreign = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _unclear = new(StringComparer.Ordinal);

    /// <summary>Another program spent from a key's own budget, after it began a new period if <paramref name="isRolled"/>.</summary>
    public void NoteForeign(string keyId, long microCents, bool isRolled) =>
        _foreign[keyId] = (isRolled ? 0 : _foreign.GetValueOrDefault(keyId)) + microCents;

    /// <summary>What a commit does to foreign money and to drawn money, seen before it is saved.</summary>
    public void Note(Tables tables, BatchState state, BatchChanges changes)
    {
        foreach (var change in changes.Keys)
        {
            var row = tables.Find(change.KeyId)!.Key;
            if (change.PeriodEnd != (row.Budget.Calendar is null ? row.Budget.ResetAt : row.Budget.UsedUntil))
            {
                // In whose period another program spent is not known of a calendar of ours: it counts in the new one.
                _foreign[change.KeyId] = row.Budget.Calendar is null ? 0 : Unnoticed(row.Budget);
            }

            if (row.IsCarved)
            {
                // What did not change is not written: after the end of a period that is a cap that was drawn anew.
                NoteDrawn(row, change.State?.DrawnMicroCents ?? row.DrawnMicroCents, state, changes);
            }
        }
    }

    /// <summary>Compares one budget with the paper.</summary>
    public void Require(Tables tables, BudgetRow budget, DateTimeOffset now)
    {
        if (IsNotComparable(tables, budget))
        {
            return;
        }

        var expected = Parts(tables, budget).Where(part => !(part.At < budget.StartedAt)).Sum(part => part.MicroCents);
        if (OwnBudget(tables, budget) is { } own)
        {
            expected += _foreign.GetValueOrDefault(budget.Owner[BudgetOwner.KeyPrefix.Length..]) - Unnoticed(own);
        }

        if (expected != budget.UsedMicroCents)
        {
            throw new InvariantException($"{budget.Id} has {budget.UsedMicroCents} used at {now:O}, and the operations add up to {expected}.");
        }
    }

    private void NoteDrawn(StoredKey child, long drawn, BatchState state, BatchChanges changes)
    {
        var began = child.Budget.StartedAt ?? DateTimeOffset.MinValue;
        var now = state.Now;
        if (ResetOf(child, changes) is { } reset)
        {
            // A period that we end ourselves gives expired holds back first; of one that others ended they are still a part.
            var expired = state.Expired.Where(slice => IsRolledByOthers(child.Budget) && slice.Budget == BudgetOwner.OfKey(child.Id) && slice.HeldAt >= began);
            GiveBack(child.Id, Math.Max(0, child.DrawnMicroCents + reset.AmountMicroCents + expired.Sum(slice => slice.AmountMicroCents)), began);
            _draws.Add((child.Id, now, drawn));
            return;
        }

        var more = drawn - child.DrawnMicroCents;
        if (more < 0)
        {
            GiveBack(child.Id, -more, began);
        }
        else
        {
            _draws.Add((child.Id, now, more));
        }

        if (LateDrawsOf(child.Id, began).Count() > LateDraws.Most)
        {
            // The row has room for no more, and what it does not know comes back to nobody.
            _unclear[child.Id] = now;
        }

        if (more < 0 && changes.Entries.Any(entry => entry.AmountMicroCents > 0))
        {
            // It gave back and drew in one commit, and the row does not say how much of each.
            _unclear[child.Id] = now;
        }
    }

    /// <summary>The latest draw comes back first, each to the time at which it was made.</summary>
    private void GiveBack(string child, long microCents, DateTimeOffset began)
    {
        foreach (var draw in LateDrawsOf(child, began).OrderByDescending(draw => draw.At).ToArray())
        {
            var part = Math.Min(microCents, draw.MicroCents);
            _draws.Add((child, draw.At, -part));
            microCents -= part;
        }

        _draws.Add((child, began, -microCents));
    }

    /// <summary>What is left of what a key drew after the begin of its period.</summary>
    private IEnumerable<(DateTimeOffset At, long MicroCents)> LateDrawsOf(string child, DateTimeOffset began) => _draws
        .Where(draw => draw.Child == child && draw.At > began)
        .GroupBy(draw => draw.At, (at, draws) => (At: at, MicroCents: draws.Sum(draw => draw.MicroCents)))
        .Where(draw => draw.MicroCents > 0);

    private static LedgerEntry? ResetOf(StoredKey key, BatchChanges changes) =>
        changes.Entries.FirstOrDefault(entry => entry.KeyId == key.Id && entry is { Budget: null, Kind: LedgerEntryKind.Reset });

    // What leaves a window depends on when somebody last looked; the window has tests of its own. A period that the other
    // library has begun is compared once we have noticed it.
    private bool IsNotComparable(Tables tables, BudgetRow budget) =>
        budget.Window is not null
        || (OwnBudget(tables, budget) is { } own && IsRolledByOthers(own))
        || _unclear.Any(child => !(child.Value < budget.StartedAt) && Pays(tables, child.Key, budget));

    private IEnumerable<(DateTimeOffset At, long MicroCents)> Parts(Tables tables, BudgetRow budget)
    {
        foreach (var entry in tables.Ledger)
        {
            if (entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Hold && Budgeting.Pays(tables, entry.KeyId, budget.Owner))
            {
                foreach (var part in PartsOf(tables, entry, budget))
                {
                    yield return part;
                }
            }
        }

        foreach (var draw in _draws.Where(draw => Pays(tables, draw.Child, budget)))
        {
            yield return (draw.At, draw.MicroCents);
        }
    }

    /// <summary>Whether what a carved key draws comes from a budget.</summary>
    private static bool Pays(Tables tables, string child, BudgetRow budget) =>
        tables.Find(child)!.Key.ParentId is { } parent && Budgeting.Pays(tables, parent, budget.Owner);

    private static IEnumerable<(DateTimeOffset At, long MicroCents)> PartsOf(Tables tables, LedgerEntry origin, BudgetRow budget)
    {
        var end = tables.FindResolution(new OperationRef(origin.KeyId, origin.OperationId!));
        switch (end?.Kind)
        {
            case null when origin.Kind == LedgerEntryKind.Hold:
                var isHeld = tables.Holds.ContainsKey((origin.KeyId, origin.OperationId!, budget.Id));
                yield return (origin.At, isHeld ? origin.AmountMicroCents : 0);
                break;
            case null:
                yield return (origin.At, origin.AmountMicroCents);
                break;
            case LedgerEntryKind.Settle:
                yield return (origin.At, origin.AmountMicroCents + Math.Min(0, end.AmountMicroCents));
                yield return (end.At, Math.Max(0, end.AmountMicroCents));
                break;
            case LedgerEntryKind.LateSettle:
                yield return (end.At, end.AmountMicroCents);
                break;
        }
    }

    /// <summary>What another program spent in the period of our exact column, and the column does not know yet.</summary>
    private static long Unnoticed(StoredBudget stored) =>
        (stored.UsedCents - BudgetState.ToWholeCents(stored.UsedMicroCents ?? 0)) * Money.Cost.MicroCentsPerCent;

    private static bool IsRolledByOthers(StoredBudget own) => own.Calendar is null && own.UsedUntil != own.ResetAt;

    private static StoredBudget? OwnBudget(Tables tables, BudgetRow budget) =>
        budget.Id == budget.Owner ? tables.Find(budget.Owner[BudgetOwner.KeyPrefix.Length..])!.Key.Budget : null;
}
