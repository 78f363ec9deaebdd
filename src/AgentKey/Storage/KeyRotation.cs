using AgentKey.Keys;

namespace AgentKey.Storage;

/// <summary>A key's new secret.</summary>
/// <param name="KeyId">The row.</param>
/// <param name="AccountId">When given, only a row of this account is found.</param>
/// <param name="NewHash">The hash of the new secret.</param>
/// <param name="NewPrefix">What lists show of the new secret.</param>
/// <param name="Overlap">How long the present secret stays valid; zero ends it at once.</param>
public sealed record KeyRotation(string KeyId, string? AccountId, SecretHash NewHash, string NewPrefix, TimeSpan Overlap)
{
    /// <summary>
    /// Every hash by which the row may know the secret that asks: only a row whose present secret it is is found, at the
    /// moment of the change. <see langword="null"/> when no secret has to be shown.
    /// </summary>
    public IReadOnlyList<SecretHash>? Presented { get; init; }
}
