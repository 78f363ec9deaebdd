namespace AgentKey.Storage;

/// <summary>The new values of the columns that few operations change. All of them are written.</summary>
/// <param name="Window"><c>budget_window</c>.</param>
/// <param name="DrawnMicroCents"><c>budget_drawn_micros</c>.</param>
/// <param name="RevokedAt"><c>revoked_at</c>.</param>
public sealed record KeyStateChange(string? Window, long DrawnMicroCents, DateTimeOffset? RevokedAt);
