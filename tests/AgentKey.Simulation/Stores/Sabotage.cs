namespace AgentKey.Simulation.Stores;

/// <summary>A mistake that is built into the database on purpose, to see that the audit would notice it.</summary>
internal enum Sabotage
{
    None,

    /// <summary>Some commits are applied twice.</summary>
    CommitTwice,

    /// <summary>Some commits are acknowledged and lost.</summary>
    DropCommit,

    /// <summary>Some commits save the rows and not the ledger.</summary>
    HalfCommit,

    /// <summary>Rows are not locked.</summary>
    NoLocks,

    /// <summary>A budget may be set while a batch that does not see it is under way.</summary>
    NoTableLock,

    /// <summary>The ledger does not find what an operation did before.</summary>
    ForgetOperations,

    /// <summary>The time is read before the locks are held.</summary>
    EarlyClock,

    /// <summary>A batch does not see that a key was revoked.</summary>
    IgnoreRevocation,

    /// <summary>Some holds are not closed.</summary>
    KeepHolds,

    /// <summary>The budgets of accounts are not loaded.</summary>
    ForgetAccounts,

    /// <summary>An old secret stays valid.</summary>
    KeepSecrets,
}
