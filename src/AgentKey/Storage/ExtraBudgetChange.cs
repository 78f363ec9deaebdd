namespace AgentKey.Storage;

/// <summary>The new values of one row of the budgets table.</summary>
/// <param name="Owner">The row's owner.</param>
/// <param name="Name">The row's name.</param>
/// <param name="UsedMicroCents"><c>used_micros</c>.</param>
/// <param name="StartedAt"><c>started_at</c>.</param>
/// <param name="EndsAt"><c>ends_at</c>.</param>
/// <param name="Window"><c>used_window</c>.</param>
public sealed record ExtraBudgetChange(
    string Owner, string Name, long UsedMicroCents, DateTimeOffset StartedAt, DateTimeOffset? EndsAt, string? Window);
