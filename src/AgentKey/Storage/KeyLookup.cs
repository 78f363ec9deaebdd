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

    /// <summary>The external identity.</summary>
    public string? Subject { get; private init; }

    /// <summary>By id.</summary>
    public static KeyLookup ById(string keyId) => new() { KeyId = keyId };

    /// <summary>By the hash of a secret.</summary>
    public static KeyLookup ByHash(SecretHash hash) => new() { Hash = hash };

    /// <summary>By external identity.</summary>
    public static KeyLookup BySubject(string subject) => new() { Subject = subject };
}
