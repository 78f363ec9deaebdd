namespace AgentKey.Charging;

/// <summary>What exactly is wrong with a key: for logs and metrics of the operator, never for the caller.</summary>
public enum KeyFault
{
    /// <summary>It has not the form of a secret, or its checksum is wrong.</summary>
    Malformed,

    /// <summary>No row has its hash.</summary>
    Unknown,

    /// <summary>It was revoked.</summary>
    Revoked,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>A key above it was revoked or has expired.</summary>
    DeadAncestor,

    /// <summary>Its parent links lead in a circle, to a key that is not there, or further up than any minted key's.</summary>
    BrokenChain,
}
