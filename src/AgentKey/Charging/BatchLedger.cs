using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>The ledger as a batch sees it: the entries that were asked for, and those that it appends.</summary>
internal sealed class BatchLedger
{
    private readonly DateTimeOffset _now;
    private readonly Dictionary<OperationRef, LedgerEntry> _entries = [];
    private readonly Dictionary<OperationRef, LedgerEntry> _resolutions = [];
    private readonly List<LedgerEntry> _appended = [];
    private readonly HashSet<OperationRef> _claimed = [];

    public BatchLedger(BatchState state)
    {
        _now = state.Now;
        foreach (var entry in state.Entries)
        {
            Remember(entry);
        }
    }

    public IReadOnlyList<LedgerEntry> Appended => _appended;

    /// <summary>The entry that an operation made; null when it made none.</summary>
    public LedgerEntry? Find(OperationRef operation) => _entries.GetValueOrDefault(operation);

    /// <summary>The void or settle that ended a charge or hold; null while it stands.</summary>
    public LedgerEntry? FindResolution(OperationRef operation) => _resolutions.GetValueOrDefault(operation);

    /// <summary>Whether an operation of this batch is the first to say that an entry is its own.</summary>
    public bool TryClaim(LedgerEntry entry) => _claimed.Add(new(entry.KeyId, entry.OperationId!));

    /// <summary>An entry about money that a budget has just taken or given.</summary>
    public LedgerEntry Draft(BudgetState budget, LedgerEntryKind kind, long amount) => new()
    {
        At = _now,
        KeyId = budget.KeyId,
        Budget = budget.Extra is null ? null : budget.Id,
        OperationId = null,
        Kind = kind,
        AmountMicroCents = amount,
        PeriodEnd = budget.ResetsAt,
        RemainingMicroCents = budget.Remaining?.MicroCents,
        BalanceMicroCents = budget.Used,
    };

    /// <summary>
    /// An entry about money that was given back. It always says what the call came to; when its period is closed, or the
    /// money has left the window, the balance does not follow it, and what did come back is posted by itself.
    /// </summary>
    public LedgerEntry Draft(BudgetState budget, LedgerEntryKind kind, long amount, long? returned)
    {
        if (returned == -amount)
        {
            return Draft(budget, kind, amount);
        }

        budget.Unposted -= returned ?? 0;
        return Draft(budget, kind, amount) with { BalanceMicroCents = null, PeriodEnd = null };
    }

    /// <summary>Appends an entry, after what other keys did to its budget before.</summary>
    public void Append(BudgetState budget, LedgerEntry entry)
    {
        PostAt(budget, entry.BalanceMicroCents is { } balance ? balance - entry.AmountMicroCents : budget.Used);
        _appended.Add(entry);
        Remember(entry);
    }

    /// <summary>Records in one entry what operations of other keys did to a budget.</summary>
    public void Post(BudgetState budget) => PostAt(budget, budget.Used);

    private void PostAt(BudgetState budget, long balance)
    {
        if (budget.Unposted != 0)
        {
            _appended.Add(Draft(budget, LedgerEntryKind.Posting, budget.Unposted) with { BalanceMicroCents = balance });
            budget.Unposted = 0;
        }
    }

    private void Remember(LedgerEntry entry)
    {
        if (entry.OperationId is { } id)
        {
            _entries[new(entry.KeyId, id)] = entry;
        }

        if (entry is { Kind: LedgerEntryKind.Void or LedgerEntryKind.Settle or LedgerEntryKind.LateSettle, RefersTo: { } origin })
        {
            _resolutions[new(entry.KeyId, origin)] = entry;
        }
    }
}
