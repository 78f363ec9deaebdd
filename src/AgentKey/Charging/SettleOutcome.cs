namespace AgentKey.Charging;

/// <summary>What became of a hold that should be settled.</summary>
public enum SettleOutcome
{
    /// <summary>The actual cost is spent; the rest of the hold is back in the period that it came from.</summary>
    Settled,

    /// <summary>
    /// The hold had expired, or its key was moved to another account. The work was done all the same, so its whole cost is
    /// spent now, even beyond the cap.
    /// </summary>
    SettledLate,

    /// <summary>It was settled before, by another operation; nothing changed.</summary>
    AlreadySettled,

    /// <summary>It was voided before; nothing changed.</summary>
    AlreadyVoided,

    /// <summary>The key has no such hold; nothing changed. Another key's hold is unknown too.</summary>
    UnknownHold,

    /// <summary>The operation id was used before for something else; nothing changed.</summary>
    IdempotencyMismatch,

    /// <summary>The table's columns cannot hold the cost on top of what was spent; nothing changed. See <c>budget_used_cents</c>.</summary>
    TooLarge,
}
