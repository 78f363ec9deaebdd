using AgentKey.Keys;

namespace AgentKey.Storage;

/// <summary>What to find a key by: exactly one of the three.</summary>
public sealed record KeyLookup
{
    private KeyLookup()
    {
    }

    /// <summary>The key's id.</summary>
    public string? KeyId { get; private init; }

    /// <summary>The hash of a secret: the present one or the one before the last rotation.</summary>
    public SecretHash? Hash { get; private init; }

    /// <summary>The hashes that the same secret may have in a row instead.</summary>
    public IReadOnlyList<SecretHash> OtherHashes { get; private init; } = [];

    /// <summary>The external identity.</summary>
    public string? Subject { get; private init; }

    /// <summary>By id.</summary>
    /// <exception cref="InvalidFieldException">The id holds NUL or unpaired surrogate characters.</exception>
    public static KeyLookup ById(string keyId) => new() { KeyId = TextField.Comparable(keyId, "keyId") };

    /// <summary>By the hash of a secret.</summary>
    /// <param name="hash">The hash that a row should have.</param>
    /// <param name="others">The hashes that it may have instead.</param>
    public static KeyLookup ByHash(SecretHash hash, IReadOnlyList<SecretHash>? others = null) => new() { Hash = hash, OtherHashes = others ?? [] };

    /// <summary>By external identity.</summary>
    public static KeyLookup BySubject(string subject) => new() { Subject = subject };

    /// <summary>Everything that the hash column may hold, when this looks for a secret.</summary>
    public IEnumerable<string> StoredHashes => Hash is null ? [] : OtherHashes.Prepend(Hash).Select(hash => hash.Stored);

    /// <inheritdoc/>
    public bool Equals(KeyLookup? other) => other is not null && KeyId == other.KeyId && Subject == other.Subject && Equals(Hash, other.Hash);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(KeyId, Subject, Hash);
}
