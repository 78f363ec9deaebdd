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
                NoteDrawn(tables, row, change.State?.DrawnMicroCents ?? row.DrawnMicroCents, state, changes);
            }
        }

        foreach (var (carved, at, microCents) in Returned(tables, state, changes))
        {
            PassOn(tables, changes, carved, at, microCents);
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

    private void NoteDrawn(Tables tables, StoredKey child, long drawn, BatchState state, BatchChanges changes)
    {
        var began = child.Budget.StartedAt ?? DateTimeOffset.MinValue;
        var now = state.Now;
        if (ResetOf(child, changes) is { } reset)
        {
            GiveBack(tables, changes, child, Math.Max(0, child.DrawnMicroCents + reset.AmountMicroCents), began);
            _draws.Add((child.Id, now, drawn));
            return;
        }

        var more = drawn - child.DrawnMicroCents;
        if (more < 0)
        {
            GiveBack(tables, changes, child, -more, began);
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
    private void GiveBack(Tables tables, BatchChanges changes, StoredKey child, long microCents, DateTimeOffset began)
    {
        foreach (var draw in LateDrawsOf(child.Id, began).OrderByDescending(draw => draw.At).ToArray())
        {
            var part = Math.Min(microCents, draw.MicroCents);
            GiveBack(tables, changes, child, draw.At, part);
            microCents -= part;
        }

        GiveBack(tables, changes, child, began, microCents);
    }

    private void GiveBack(Tables tables, BatchChanges changes, StoredKey child, DateTimeOffset at, long microCents)
    {
        _draws.Add((child.Id, at, -microCents));
        if (CarvedOf(tables, child.ParentId!) is { } above)
        {
            PassOn(tables, changes, above, at, microCents);
        }
    }

    /// <summary>What comes back to a carved key in a period that is over goes to the keys above, as if drawn one whole period before.</summary>
    private void PassOn(Tables tables, BatchChanges changes, StoredKey carved, DateTimeOffset at, long microCents)
    {
        if (at < (changes.Keys.FirstOrDefault(change => change.KeyId == carved.Id)?.StartedAt ?? carved.Budget.StartedAt))
        {
            GiveBack(tables, changes, carved, PeriodBefore(carved.Budget, at), microCents);
        }
    }

    private static DateTimeOffset PeriodBefore(StoredBudget budget, DateTimeOffset at)
    {
        var period = BudgetPeriod.Parse(budget.Calendar ?? budget.Period ?? "once");
        return period.Kind == BudgetPeriodKind.Once || at == DateTimeOffset.MinValue ? DateTimeOffset.MinValue : at - BudgetNarrowing.Longest(period);
    }

    /// <summary>What a commit returns to carved keys: of charges and holds, and of holds that have expired.</summary>
    private static IEnumerable<(StoredKey Carved, DateTimeOffset At, long MicroCents)> Returned(Tables tables, BatchState state, BatchChanges changes)
    {
        var ended = new HashSet<OperationRef>();
        foreach (var entry in changes.Entries.Where(entry => entry.Kind is LedgerEntryKind.Void or LedgerEntryKind.Settle))
        {
            var origin = new OperationRef(entry.KeyId, entry.RefersTo!);
            ended.Add(origin);
            if (entry.AmountMicroCents < 0 && CarvedOf(tables, entry.KeyId) is { } carved && tables.FindOperation(origin) is { } spent)
            {
                yield return (carved, spent.At, -entry.AmountMicroCents);
            }
        }

        foreach (var slice in changes.HoldsClosed.Where(slice => !ended.Contains(new OperationRef(slice.KeyId, slice.OperationId))))
        {
            if (CarvedOf(tables, slice.KeyId) is { } carved && slice.Budget == BudgetOwner.OfKey(carved.Id) && !IsPartOfRest(carved, slice, state, changes))
            {
                yield return (carved, slice.HeldAt, slice.AmountMicroCents);
            }
        }
    }

    /// <summary>A period that we end ourselves takes back what has expired before it gives back its rest.</summary>
    private static bool IsPartOfRest(StoredKey carved, HoldSlice slice, BatchState state, BatchChanges changes) =>
        ResetOf(carved, changes) is not null && !IsRolledByOthers(carved.Budget) && slice.HeldAt >= carved.Budget.StartedAt && state.Expired.Contains(slice);

    /// <summary>The carved key at which a key's payments end.</summary>
    private static StoredKey? CarvedOf(Tables tables, string keyId) => Budgeting.ChainOf(tables, keyId).FirstOrDefault(key => key.IsCarved);

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
