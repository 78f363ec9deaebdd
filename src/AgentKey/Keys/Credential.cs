using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>What a caller showed, and which key it opens. The comparison is made under the key's lock.</summary>
internal abstract record Credential
{
    /// <summary>Whether it opens this key at this time of the store.</summary>
    public abstract bool Opens(StoredKey key, DateTimeOffset now);

    /// <summary>What a store finds the key by.</summary>
    public abstract KeyLookup Lookup { get; }

    /// <summary>Every hash by which a row may know it; <see langword="null"/> when it is no secret.</summary>
    public virtual IReadOnlyList<SecretHash>? Hashes => null;

    /// <summary>The hash that the row is to have from now on; <see langword="null"/> when it has the right one.</summary>
    public virtual SecretHash? UpgradeOf(StoredKey key) => null;
}

/// <summary>A bearer secret, by the hash that a row should have.</summary>
internal sealed record SecretCredential(SecretHash Hash) : Credential
{
    /// <summary>The hashes that rows may have instead: with an earlier pepper, or with none.</summary>
    public IReadOnlyList<SecretHash> Others { get; init; } = [];

    /// <summary>Whether a row that has one of those is to be changed.</summary>
    public bool MayUpgrade { get; init; }

    public override KeyLookup Lookup => KeyLookup.ByHash(Hash, Others);

    public override IReadOnlyList<SecretHash> Hashes => [Hash, .. Others];

    /// <summary>After a rotation the earlier secret opens the key until its overlap ends.</summary>
    public override bool Opens(StoredKey key, DateTimeOffset now) =>
        Matches(key.KeyHash) || (key.PreviousKeyHash is { } previous && now < key.PreviousKeyUntil && Matches(previous));

    public override SecretHash? UpgradeOf(StoredKey key) => MayUpgrade && Others.Any(other => other.Matches(key.KeyHash)) ? Hash : null;

    private bool Matches(string stored) => Hash.Matches(stored) || Others.Any(other => other.Matches(stored));
}

/// <summary>An external identity that somebody else has authenticated, e.g. the subject of a token.</summary>
internal sealed record SubjectCredential(string Subject) : Credential
{
    public override KeyLookup Lookup => KeyLookup.BySubject(Subject);

    public override bool Opens(StoredKey key, DateTimeOffset now) => string.Equals(key.ExternalSubject, Subject, StringComparison.Ordinal);
}
