namespace AgentKey.Storage;

/// <summary>The new values of one row's money columns.</summary>
/// <param name="KeyId">The row.</param>
/// <param name="UsedCents"><c>budget_used_cents</c>.</param>
/// <param name="UsedMicroCents"><c>budget_used_micros</c>.</param>
/// <param name="ResetAt"><c>budget_reset_at</c> and <c>budget_used_until</c>.</param>
/// <param name="LastUsedAt"><c>last_used_at</c>; <see langword="null"/> leaves the column as it is.</param>
public sealed record KeyChange(string KeyId, long UsedCents, long UsedMicroCents, DateTimeOffset? ResetAt, DateTimeOffset? LastUsedAt);
