namespace AgentKey.Keys;

/// <summary>Whether a key may be used, by the store's clock.</summary>
public enum KeyStatus
{
    /// <summary>The key may be used.</summary>
    Alive,

    /// <summary>The key was revoked.</summary>
    Revoked,

    /// <summary>The key's time is over.</summary>
    Expired,
}
