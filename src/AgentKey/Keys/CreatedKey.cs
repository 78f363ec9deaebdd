namespace AgentKey.Keys;

/// <summary>A key that was just made, with its secret: the only time that it can be shown.</summary>
/// <param name="Key">The key as the store holds it.</param>
/// <param name="Secret">The secret; <see cref="AgentSecret.Reveal"/> returns it.</param>
public sealed record CreatedKey(KeyInfo Key, AgentSecret Secret);
