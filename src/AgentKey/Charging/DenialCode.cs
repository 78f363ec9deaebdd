namespace AgentKey.Charging;

/// <summary>Why a call was refused. <see cref="Denial.Code"/> gives the stable text that agents branch on.</summary>
public enum DenialCode
{
    /// <summary>The call ran under no key at all.</summary>
    NoCaller,

    /// <summary>The key is malformed, unknown, revoked or expired: which of them is nobody's business but the operator's.</summary>
    InvalidKey,

    /// <summary>The key does not hold the scope.</summary>
    InsufficientScope,

    /// <summary>The cost does not fit into what is left of a budget.</summary>
    BudgetExhausted,

    /// <summary>The operation id was used before, for something else.</summary>
    IdempotencyMismatch,

    /// <summary>
    /// The operation id was used before, for this very call: it is paid for, and does not run a second time for the same
    /// money; or what it paid was given back, and another try needs another id.
    /// </summary>
    DuplicateCall,

    /// <summary>The price depends on an argument that is negative or too large.</summary>
    InvalidArgument,

    /// <summary>Nobody has said what the call costs, and the key has a budget.</summary>
    UnknownPrice,

    /// <summary>A human was asked about the call and did not agree, or nobody could be asked.</summary>
    NotApproved,

    /// <summary>The store could not decide, so nothing runs.</summary>
    StoreUnavailable,

    /// <summary>The tool carries no guard, so nothing would be checked or charged.</summary>
    UnguardedTool,
}
