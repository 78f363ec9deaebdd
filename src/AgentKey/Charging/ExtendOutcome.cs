namespace AgentKey.Charging;

/// <summary>What became of a hold that should live longer.</summary>
public enum ExtendOutcome
{
    /// <summary>It lives longer.</summary>
    Extended,

    /// <summary>It was settled before; nothing changed.</summary>
    AlreadySettled,

    /// <summary>It was voided before; nothing changed.</summary>
    AlreadyVoided,

    /// <summary>It has expired, or its key was moved to another account; nothing changed.</summary>
    Expired,

    /// <summary>The key has no such hold; nothing changed.</summary>
    UnknownHold,
}
