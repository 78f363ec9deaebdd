namespace AgentKey.Storage;

/// <summary>What one group of calls came to.</summary>
/// <param name="Group">The key, scope, tool or day (<c>2026-11-24</c>); empty where entries have none.</param>
/// <param name="Calls">Charges and holds that were allowed.</param>
/// <param name="SpentMicroCents">What they cost less what was returned, in micro-cents, open holds included.</param>
public sealed record UsageRow(string Group, long Calls, long SpentMicroCents);
