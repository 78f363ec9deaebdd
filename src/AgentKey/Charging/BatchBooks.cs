using System.Diagnostics.CodeAnalysis;
using AgentKey.Budgets;
using AgentKey.Events;
using AgentKey.Keys;
using AgentKey.Storage;
using AgentKey.Telemetry;

namespace AgentKey.Charging;

/// <summary>
/// The rows that a batch has locked, opened when they are first needed, and the ledger entries that it writes. Knows
/// which budgets a key spends from; decides nothing.
/// </summary>
internal sealed class BatchBooks
{
    private readonly BatchState _state;
    private readonly Dictionary<string, LockedKey> _keys;
    private readonly ILookup<string, StoredExtraBudget> _extras;
    private readonly Dictionary<string, BudgetState> _openExtras = new(StringComparer.Ordinal);
    private readonly HashSet<string> _needsExpiredOf = new(StringComparer.Ordinal);
    private readonly List<BudgetLevel>? _levels;

    public BatchBooks(BatchState state, EventRules? rules, bool measures)
    {
        _levels = measures ? [] : null;
        _state = state;
        _keys = state.Keys.ToDictionary(key => key.Id, key => new LockedKey(key), StringComparer.Ordinal);
        _extras = state.Budgets.ToLookup(budget => budget.Owner, StringComparer.Ordinal);
        Ledger = new BatchLedger(state);
        Holds = new OpenHolds(state);
        Events = new BatchEvents(rules, state.Now);
    }

    public DateTimeOffset Now => _state.Now;

    public BatchLedger Ledger { get; }

    public OpenHolds Holds { get; }

    public BatchEvents Events { get; }

    public bool TryFind(string keyId, [NotNullWhen(true)] out LockedKey? key) => _keys.TryGetValue(keyId, out key);

    /// <summary>The key above; the chain was checked, so it is there.</summary>
    public LockedKey ParentOf(LockedKey key) => _keys[key.Stored.ParentId!];

    /// <summary>The account whose budgets a key pays from: that of the topmost key.</summary>
    public string? AccountOf(LockedKey key) => key.Stored.ParentId is null ? key.Stored.AccountId : AccountOf(ParentOf(key));

    /// <summary>Whether the locked rows form the chain that the operation was sent with.</summary>
    public bool IsCurrent(KeyChain chain)
    {
        if (!_keys.TryGetValue(chain.KeyId, out var key))
        {
            return chain.Ids.Count == 1;
        }

        for (var i = 1; i < chain.Ids.Count; i++)
        {
            if (key.Stored.ParentId != chain.Ids[i] || !_keys.TryGetValue(chain.Ids[i], out var parent))
            {
                return false;
            }

            key = parent;
        }

        // The budgets that were loaded are those of the chain's account: another one's would be missing, and not bind.
        return key.Stored.ParentId is null && key.Stored.AccountId == chain.AccountId;
    }

    /// <summary>Every budget that a charge of this key must fit, its own first. Opens them.</summary>
    public IReadOnlyList<BudgetState> PayersOf(LockedKey key)
    {
        if (key.Payers is { } known)
        {
            return known;
        }

        List<BudgetState> payers = [OwnOf(key), .. ExtrasOf(BudgetOwner.OfKey(key.Id))];
        if (key.Stored.IsCarved)
        {
            key.Carved = key;
        }
        else if (key.Stored.ParentId is not null)
        {
            var parent = ParentOf(key);
            payers.AddRange(PayersOf(parent));
            key.Carved = parent.Carved;
        }
        else if (key.Stored.AccountId is { } account)
        {
            payers.AddRange(ExtrasOf(BudgetOwner.OfAccount(account)));
        }

        return key.Payers = payers;
    }

    /// <summary>A key's own budget, opened at its first use in the batch.</summary>
    public BudgetState OwnOf(LockedKey key)
    {
        if (key.Own is { } open)
        {
            return open;
        }

        if (key.Stored is { IsCarved: true, ParentId: null })
        {
            throw new InvalidFieldException("parent_id", "is missing", "the key from whose budget this one is carved");
        }

        var budget = BudgetState.Open(key.Id, key.Stored.Budget, _state.LargestUsedCents, Now);
        if (key.Stored.IsCarved)
        {
            OpenCarved(key, budget);
            return budget;
        }

        key.Own = budget;
        NoteOthers(budget, key.Stored.Budget.UsedUntil);
        BeginPeriod(budget);
        return budget;
    }

    private void OpenCarved(LockedKey key, BudgetState budget)
    {
        var hasEnded = budget.IsOver(Now) || budget.ClosedByOthers is not null;
        if (hasEnded || budget.External > 0 || ExpiredOf(budget).Any())
        {
            OpenAbove(key);
        }

        key.OpenCarved(budget);
        NoteOthers(budget, key.Stored.Budget.UsedUntil);
        if (hasEnded)
        {
            // What expired holds had of the cap belongs to the rest, or goes back by itself.
            NeedExpired([budget]);
            ReleaseExpired(budget);
        }

        var freed = BeginPeriod(budget);
        if ((budget.ClosedByOthers ?? freed) is { } used)
        {
            // Whoever closed the period, the cap was drawn for that one.
            ChainSpending.Renew(this, key, key.Drawn - used, key.Stored.Budget.StartedAt);
        }

        if (budget.External > 0)
        {
            ChainSpending.DrawWhatIsMissing(this, key);
        }
    }

    /// <summary>Remembers that expired holds may make room, unless the store has already shown them.</summary>
    public void NeedExpired(IEnumerable<BudgetState> budgets) =>
        _needsExpiredOf.UnionWith(budgets.Select(budget => budget.Id).Where(id => !_state.ExpiredOf.Contains(id)));

    public BatchChanges Close()
    {
        if (_needsExpiredOf.Count > 0)
        {
            return new BatchChanges { NeedsExpiredOf = _needsExpiredOf };
        }

        foreach (var key in _keys.Values)
        {
            Close(key.Own, key.Stored.AccountId);
        }

        foreach (var budget in _openExtras.Values)
        {
            Close(budget, AccountOf(budget));
        }

        return new BatchChanges
        {
            Keys = [.. _keys.Values.Where(key => key.IsChanged).Select(Close)],
            Budgets = [.. _openExtras.Values.Where(budget => budget.IsChanged && Close(budget) != Before(budget.Extra!)).Select(Close)],
            Entries = Ledger.Appended,
            HoldsTaken = Holds.Taken,
            HoldsExtended = Holds.Extended,
            HoldsClosed = Holds.Closed,
            Events = Events.Raised,
            Levels = _levels ?? [],
        };
    }

    private void Close(BudgetState? budget, string? accountId)
    {
        if (budget is not null)
        {
            Ledger.Post(budget);
            Events.Compare(budget, accountId);
            if (budget.Cap is { } cap)
            {
                _levels?.Add(new BudgetLevel(budget.Id, budget.Used, cap, budget.ResetsAt));
            }
        }
    }

    private string? AccountOf(BudgetState budget) => budget.KeyId.Length > 0
        ? _keys[budget.KeyId].Stored.AccountId
        : budget.Extra!.Owner[BudgetOwner.AccountPrefix.Length..];

    private KeyChange Close(LockedKey key)
    {
        OwnOf(key);
        return key.Close();
    }

    private static ExtraBudgetChange Close(BudgetState budget) => new(
        budget.Extra!.Owner, budget.Extra.Name, budget.Used, budget.StartedAt!.Value, budget.ResetsAt, budget.Window);

    private static ExtraBudgetChange Before(StoredExtraBudget stored) => new(
        stored.Owner, stored.Name, stored.UsedMicroCents, stored.StartedAt, stored.EndsAt, stored.Window);

    private IEnumerable<BudgetState> ExtrasOf(string owner) => _extras[owner].Select(stored =>
    {
        var id = BudgetId.Of(stored.Owner, stored.Name);
        if (!_openExtras.TryGetValue(id, out var budget))
        {
            budget = BudgetState.Open(stored, Now);
            _openExtras.Add(id, budget);
            BeginPeriod(budget);
        }

        return budget;
    });

    /// <summary>Opens every budget above, so that a row that makes no sense fails the operation before anything has changed.</summary>
    public void OpenAbove(LockedKey key)
    {
        for (var below = key; below.Stored.ParentId is not null; below = ParentOf(below))
        {
            PayersOf(ParentOf(below));
        }
    }

    /// <summary>Writes down what another program did to a row since we last wrote it.</summary>
    private void NoteOthers(BudgetState budget, DateTimeOffset? knownEnd)
    {
        if (budget.ClosedByOthers is { } closed)
        {
            budget.Touch();
            var reset = Ledger.Draft(budget, LedgerEntryKind.Reset, -closed);
            Ledger.Append(budget, reset with { BalanceMicroCents = 0, PeriodEnd = knownEnd });
        }

        if (budget.External != 0)
        {
            budget.Touch();
            Ledger.Append(budget, Ledger.Draft(budget, LedgerEntryKind.External, budget.External));
        }
    }

    /// <returns>What became free, in micro-cents; null when no period ended.</returns>
    private long? BeginPeriod(BudgetState budget)
    {
        var end = budget.ResetsAt;
        var freed = budget.Roll(Now);
        if (freed is not null)
        {
            Ledger.Append(budget, Ledger.Draft(budget, LedgerEntryKind.Reset, -freed.Value) with { PeriodEnd = end });
        }

        ReleaseExpired(budget);
        return freed;
    }

    private IEnumerable<HoldSlice> ExpiredOf(BudgetState budget) => _state.Expired.Where(slice => slice.Budget == budget.Id);

    private void ReleaseExpired(BudgetState budget)
    {
        foreach (var slice in ExpiredOf(budget))
        {
            Release(budget, slice);
        }
    }

    /// <summary>Takes back what an expired hold has of one budget.</summary>
    public void Release(BudgetState budget, HoldSlice slice)
    {
        if (!Holds.TryClose(slice))
        {
            return;
        }

        var returned = budget.Return(slice.AmountMicroCents, slice.HeldAt);
        if (budget.Extra is null && budget.KeyId == slice.KeyId)
        {
            Ledger.Append(budget, Ledger.Draft(budget, LedgerEntryKind.Expire, -slice.AmountMicroCents, returned) with { RefersTo = slice.OperationId });
        }
        else
        {
            budget.Unposted -= returned ?? 0;
        }

        if (budget.Extra is null && _keys[budget.KeyId] is { Stored.IsCarved: true } carved)
        {
            ChainSpending.ReturnAbove(this, carved, slice.AmountMicroCents, slice.HeldAt);
        }
    }
}
