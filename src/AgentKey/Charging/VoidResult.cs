namespace AgentKey.Charging;

/// <summary>What became of a charge that should be returned.</summary>
public enum VoidResult
{
    /// <summary>The money is back in the period that it came from.</summary>
    Voided,

    /// <summary>It was returned before; nothing changed.</summary>
    AlreadyVoided,

    /// <summary>The key has no such charge; nothing changed.</summary>
    UnknownCharge,
}
