using AgentKey.Scopes;

namespace AgentKey.Storage;

/// <summary>A row that is about to be inserted. The store sets <c>created_at</c> and the id.</summary>
public sealed record KeyInsert
{
    /// <summary><c>account_id</c>.</summary>
    public required string AccountId { get; init; }

    /// <summary><c>key_hash</c>: the secret's hash, as <see cref="Keys.SecretHash.Stored"/> writes it.</summary>
    public required string KeyHash { get; init; }

    /// <summary><c>key_prefix</c>: what lists show.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary><c>name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>scopes</c>; unlimited is stored as <c>NULL</c>.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>The budget columns.</summary>
    public required StoredBudget Budget { get; init; }

    /// <summary><c>expires_at</c>.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>delegated_by</c>.</summary>
    public required string? DelegatedBy { get; init; }

    /// <summary><c>user_id</c>.</summary>
    public required string? UserId { get; init; }

    /// <summary><c>parent_id</c>.</summary>
    public string? ParentId { get; init; }

    /// <summary><c>is_carved</c>.</summary>
    public bool IsCarved { get; init; }

    /// <summary><c>external_subject</c>: at most one row has it.</summary>
    public string? ExternalSubject { get; init; }
}
