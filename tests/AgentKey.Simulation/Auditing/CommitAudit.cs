using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Auditing;

/// <summary>Looks at each commit: may it be so, by the rows that it found, and do the rows that it leaves still make sense?</summary>
internal sealed class CommitAudit
{
    private readonly Dictionary<string, (long Balance, DateTimeOffset At)> _accounts = new(StringComparer.Ordinal);
    private readonly PaperSums _paper = new();
    private Dictionary<string, BudgetRow> _before = [];
    private int _entriesSeen;

    public int Commits { get; private set; }

    /// <summary>What another program spends, for the sums.</summary>
    public PaperSums Paper => _paper;

    public void Before(Tables tables, BatchRequest request, BatchState state, BatchChanges changes)
    {
        Commits++;
        _before = Budgeting.All(tables).ToDictionary(budget => budget.Id, StringComparer.Ordinal);
        RequireLocked(request, changes);
        foreach (var entry in changes.Entries.Where(entry => entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Hold))
        {
            RequireAlive(tables, entry);
        }

        _paper.Note(tables, state, changes);
    }

    public void After(Tables tables, BatchState state, BatchChanges changes)
    {
        foreach (var entry in tables.Ledger.Skip(_entriesSeen))
        {
            Follow(entry);
        }

        _entriesSeen = tables.Ledger.Count;
        foreach (var budget in Budgeting.All(tables))
        {
            RequireWithinCap(budget, state.Now, changes);
            RequireOnLedger(budget);
            RequireHeldIsUsed(tables, budget);
            _paper.Require(tables, budget, state.Now);
        }

        foreach (var row in tables.Keys)
        {
            RequireUpperBound(row.Key);
        }
    }

    /// <summary>A batch changes only rows whose locks it holds.</summary>
    private static void RequireLocked(BatchRequest request, BatchChanges changes)
    {
        Require(changes.Keys.All(key => request.KeyIds.Contains(key.KeyId)), "A key was changed whose lock was not held.");
        Require(changes.Budgets.All(budget => request.BudgetOwners.Contains(budget.Owner)), "A budget was changed whose lock was not held.");
        Require(
            changes.HoldsTaken.Concat(changes.HoldsExtended).Concat(changes.HoldsClosed).All(slice => request.BudgetOwners.Contains(slice.Budget.Split('/')[0])),
            "A hold was changed in a budget whose lock was not held.");
    }

    /// <summary>Nobody pays who is dead, below a dead key, or without the scope; and nothing expired or revoked is revived.</summary>
    private static void RequireAlive(Tables tables, LedgerEntry entry)
    {
        foreach (var key in Budgeting.ChainOf(tables, entry.KeyId))
        {
            Require(key.RevokedAt is null, $"Key {entry.KeyId} paid at {entry.At:O} although key {key.Id} is revoked.");
            Require(key.ExpiresAt is null || entry.At < key.ExpiresAt, $"Key {entry.KeyId} paid at {entry.At:O} although key {key.Id} has expired.");
            Require(entry.Scope is null || key.Scopes.Allows(entry.Scope), $"Key {entry.KeyId} used {entry.Scope}, which key {key.Id} does not hold.");
        }
    }

    /// <summary>Each entry leads from the balance of the one before to its own, and time goes on.</summary>
    private void Follow(LedgerEntry entry)
    {
        if (entry.BalanceMicroCents is not { } balance)
        {
            return;
        }

        var id = entry.Budget ?? BudgetOwner.OfKey(entry.KeyId);
        var last = _accounts.GetValueOrDefault(id);
        Require(last.Balance + entry.AmountMicroCents == balance, $"{entry.Kind} {entry.Sequence} leads {id} from {last.Balance} by {entry.AmountMicroCents} to {balance}.");
        Require(entry.At >= last.At, $"{entry.Kind} {entry.Sequence} of {id} is dated before the one before it.");
        Require(balance >= 0, $"{entry.Kind} {entry.Sequence} leaves {id} at {balance}.");
        _accounts[id] = (balance, entry.At);
    }

    /// <summary>Above its cap a budget gets only by what was spent beyond a hold, or late.</summary>
    private void RequireWithinCap(BudgetRow budget, DateTimeOffset now, BatchChanges changes)
    {
        var before = _before.GetValueOrDefault(budget.Id);
        var floor = before is null || before.StartedAt != budget.StartedAt ? 0 : before.UsedMicroCents;
        if (changes.Keys.Any(key => key.CapCents is not null && BudgetOwner.OfKey(key.KeyId) == budget.Id))
        {
            // What the batch spent before it changed the cap had to fit the old one.
            floor = Math.Max(floor, before?.CapAt(now) ?? long.MaxValue);
        }

        if (budget.CapAt(now) is { } cap && budget.UsedMicroCents > Math.Max(cap, floor))
        {
            var overruns = changes.Entries.Where(entry => entry.Kind is LedgerEntryKind.Settle or LedgerEntryKind.LateSettle or LedgerEntryKind.External && entry.AmountMicroCents > 0)
                .Sum(entry => entry.AmountMicroCents);
            Require(budget.UsedMicroCents <= Math.Max(cap, floor) + overruns, $"{budget.Id} has {budget.UsedMicroCents} used of {cap}.");
        }
    }

    private void RequireOnLedger(BudgetRow budget)
    {
        var balance = _accounts.GetValueOrDefault(budget.Id).Balance;
        Require(balance == budget.UsedMicroCents, $"{budget.Id} has {budget.UsedMicroCents} used, and its ledger ends with {balance}.");
    }

    private static void RequireHeldIsUsed(Tables tables, BudgetRow budget)
    {
        var held = budget.Window is not null ? 0 : tables.Holds.Values
            .Where(slice => slice.Budget == budget.Id && !(slice.HeldAt < budget.StartedAt)).Sum(slice => slice.AmountMicroCents);
        Require(held <= budget.UsedMicroCents, $"{budget.Id} has {held} held and {budget.UsedMicroCents} used.");
    }

    /// <summary>What the TypeScript library reads is never less than what is spent and held; a carved key has drawn what it used.</summary>
    private static void RequireUpperBound(StoredKey key)
    {
        var isOurs = key.Budget.Calendar is not null || key.Budget.UsedUntil == key.Budget.ResetAt;
        Require(!isOurs || key.Budget.UsedCents * Cost.MicroCentsPerCent >= key.Budget.UsedMicroCents, $"The whole-cent column of key {key.Id} is no upper bound.");
        Require(!key.IsCarved || key.DrawnMicroCents >= key.Budget.UsedMicroCents, $"Key {key.Id} has used more than it has drawn.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }
}
