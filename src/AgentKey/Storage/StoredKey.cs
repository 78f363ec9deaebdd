using AgentKey.Charging;
using AgentKey.Scopes;

namespace AgentKey.Storage;

/// <summary>What a decision needs to know of one key: the row as a store locked it.</summary>
public sealed record StoredKey
{
    /// <summary>The key's id, as text.</summary>
    public required string Id { get; init; }

    /// <summary>The hash of the secret that is valid now, as <see cref="Keys.SecretHash.Stored"/> writes it.</summary>
    public required string KeyHash { get; init; }

    /// <summary>What the key may do.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>When the key dies; an instant beyond year 9999 reads as the end of year 9999.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the key was revoked.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The budget columns.</summary>
    public required StoredBudget Budget { get; init; }

    /// <summary>The owner.</summary>
    public string? AccountId { get; init; }

    /// <summary>The key above this one; never changes.</summary>
    public string? ParentId { get; init; }

    /// <summary>Whether the cap is drawn from the parent's budget, so that spending it costs the parent nothing more.</summary>
    public bool IsCarved { get; init; }

    /// <summary>What a carved key has drawn for its current period, in micro-cents: what it used, and what it may still use.</summary>
    public long DrawnMicroCents { get; init; }

    /// <summary>The hash of the secret before the last rotation.</summary>
    public string? PreviousKeyHash { get; init; }

    /// <summary>Until when <see cref="PreviousKeyHash"/> is accepted.</summary>
    public DateTimeOffset? PreviousKeyUntil { get; init; }

    /// <summary>The external identity that the row is anchored to.</summary>
    public string? ExternalSubject { get; init; }

    /// <summary>What is wrong with the key at <paramref name="now"/>, the store's time; at the instant of expiry it is dead.</summary>
    internal KeyFault? FaultAt(DateTimeOffset now)
    {
        if (RevokedAt is not null)
        {
            return KeyFault.Revoked;
        }

        return ExpiresAt <= now ? KeyFault.Expired : null;
    }
}
