namespace AgentKey.Storage;

/// <summary>What a ledger entry records. The numbers are stored: never reuse one.</summary>
public enum LedgerEntryKind
{
    /// <summary>Money spent on a call, before its work.</summary>
    Charge = 1,

    /// <summary>A charge returned: its work failed. The amount is negative.</summary>
    Void = 2,

    /// <summary>A budget started again. The amount is what had been used, negated.</summary>
    Reset = 3,

    /// <summary>Spent or returned by another program on the shared table, found under the lock.</summary>
    External = 4,

    /// <summary>Money held for a call whose cost is not known yet.</summary>
    Hold = 5,

    /// <summary>A hold settled: the actual cost less what was held, so negative when money came back.</summary>
    Settle = 6,

    /// <summary>A hold settled after it had expired and its money had been taken back: the whole actual cost.</summary>
    LateSettle = 7,

    /// <summary>Money of an expired hold, taken back. Negative.</summary>
    Expire = 8,

    /// <summary>
    /// What one batch did to a budget other than the paying key's own: a further budget of the key, one of a key above
    /// it, or its account's. One entry a batch and budget, whose calls have their own entries with their keys.
    /// </summary>
    Posting = 9,
}
