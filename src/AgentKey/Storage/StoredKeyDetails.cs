namespace AgentKey.Storage;

/// <summary>One row with the columns that only people read, and the store's time at which it was read.</summary>
public sealed record StoredKeyDetails
{
    /// <summary>The part of the row that decisions need.</summary>
    public required StoredKey Key { get; init; }

    /// <summary>The store's time when the row was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>The key's further budgets.</summary>
    public IReadOnlyList<StoredExtraBudget> Budgets { get; init; } = [];

    /// <summary>The part of the key's used money that open holds have, in micro-cents.</summary>
    public long HeldMicroCents { get; init; }

    /// <summary>The part of the key's used money that belongs to holds which have expired, in micro-cents.</summary>
    public long ExpiredMicroCents { get; init; }

    /// <summary><c>name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>key_prefix</c>.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary><c>created_at</c>.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>last_used_at</c>.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary><c>delegated_by</c>.</summary>
    public required string? DelegatedBy { get; init; }

    /// <summary><c>user_id</c>.</summary>
    public required string? UserId { get; init; }
}
