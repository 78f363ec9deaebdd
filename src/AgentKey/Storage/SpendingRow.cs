namespace AgentKey.Storage;

/// <summary>What one group of calls came to on one day.</summary>
/// <param name="Day">The day of the decisions, UTC.</param>
/// <param name="Group">The key, scope or tool; empty where entries have none; <see langword="null"/> for all groups that are not told apart.</param>
/// <param name="Calls">Charges and holds that were allowed.</param>
/// <param name="SpentMicroCents">What they cost less what was returned on that day, in micro-cents, open holds included; negative when more was returned.</param>
public sealed record SpendingRow(DateOnly Day, string? Group, long Calls, long SpentMicroCents);
