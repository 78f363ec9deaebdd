namespace AgentKey.Charging;

/// <summary>What became of a charge that should be returned.</summary>
public enum VoidResult
{
    /// <summary>The money is back in the period that it came from.</summary>
    Voided,

    /// <summary>It was returned before; nothing changed.</summary>
    AlreadyVoided,

    /// <summary>The key has no such charge or hold; nothing changed. Another key's is unknown too, and so is a hold where a charge is meant.</summary>
    UnknownCharge,

    /// <summary>The hold was settled before; nothing changed.</summary>
    AlreadySettled,

    /// <summary>The hold has expired, or its key was moved to another account: its money comes back without this.</summary>
    Expired,
}
