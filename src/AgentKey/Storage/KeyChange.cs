namespace AgentKey.Storage;

/// <summary>The new values of one row's columns.</summary>
public sealed record KeyChange
{
    /// <summary>The row.</summary>
    public required string KeyId { get; init; }

    /// <summary><c>budget_used_cents</c>.</summary>
    public required long UsedCents { get; init; }

    /// <summary><c>budget_used_micros</c>.</summary>
    public required long UsedMicroCents { get; init; }

    /// <summary><c>budget_used_until</c>, and <c>budget_reset_at</c> unless the row has a calendar of ours.</summary>
    public required DateTimeOffset? PeriodEnd { get; init; }

    /// <summary><c>budget_started_at</c>; <see langword="null"/> leaves the column as it is.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary><c>last_used_at</c>; <see langword="null"/> leaves the column as it is.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether one of the columns above has another value than before.</summary>
    public bool IsSpendingChanged { get; init; } = true;

    /// <summary>The columns that most charges leave alone; <see langword="null"/> when nothing of them changed.</summary>
    public KeyStateChange? State { get; init; }

    /// <summary><c>budget_cents</c>, when the key gets another cap; <see langword="null"/> leaves it as it is.</summary>
    public long? CapCents { get; init; }

    /// <summary>Whether <c>external_subject</c> becomes <c>NULL</c>: the subject's key could not be made, and may be later.</summary>
    public bool IsSubjectReleased { get; init; }

    /// <summary><c>key_hash</c>, when the row's is to be replaced by one with the current pepper; <see langword="null"/> leaves it as it is.</summary>
    public string? KeyHash { get; init; }
}
