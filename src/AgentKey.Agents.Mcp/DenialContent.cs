using AgentKey.Charging;

namespace AgentKey.Agents.Mcp;

/// <summary>What a program reads of a refusal. What does not apply is left out. Amounts are exact decimal cents.</summary>
/// <remarks>What is wrong with a key is not told: it would help a guesser.</remarks>
internal sealed record DenialContent(
    string Code, decimal CostCents, decimal? RemainingCents, DateTime? ResetsAt, string? RefusedBy, string? RequiredScope)
{
    public static DenialContent Of(Denial denial) => new(
        denial.Code, denial.Cost.Cents, denial.Remaining?.Cents, denial.ResetsAt?.UtcDateTime, denial.RefusedBy, denial.RequiredScope);
}
