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
}
