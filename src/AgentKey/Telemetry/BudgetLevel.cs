namespace AgentKey.Telemetry;

/// <summary>How full a budget was after a decision.</summary>
internal sealed record BudgetLevel(string Budget, long UsedMicroCents, long CapMicroCents, DateTimeOffset? ResetsAt);
