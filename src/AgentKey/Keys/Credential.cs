using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>What a caller showed, and which key it opens. The comparison is made under the key's lock.</summary>
internal abstract record Credential
{
    /// <summary>Whether it opens this key at this time of the store.</summary>
    public abstract bool Opens(StoredKey key, DateTimeOffset now);

    /// <summary>What a store finds the key by.</summary>
    public abstract KeyLookup Lookup { get; }
}

/// <summary>A bearer secret, by its hash.</summary>
internal sealed record SecretCredential(SecretHash Hash) : Credential
{
    public override KeyLookup Lookup => KeyLookup.ByHash(Hash);

    /// <summary>After a rotation the earlier secret opens the key until its overlap ends.</summary>
    public override bool Opens(StoredKey key, DateTimeOffset now) =>
        Hash.Matches(key.KeyHash) || (key.PreviousKeyHash is { } previous && now < key.PreviousKeyUntil && Hash.Matches(previous));
}

/// <summary>An external identity that somebody else has authenticated, e.g. the subject of a token.</summary>
internal sealed record SubjectCredential(string Subject) : Credential
{
    public override KeyLookup Lookup => KeyLookup.BySubject(Subject);

    public override bool Opens(StoredKey key, DateTimeOffset now) => string.Equals(key.ExternalSubject, Subject, StringComparison.Ordinal);
}
