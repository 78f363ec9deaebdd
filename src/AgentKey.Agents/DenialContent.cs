using System.Text.Json;
using AgentKey.Charging;

namespace AgentKey.Agents;

/// <summary>What a program reads of a refusal, the same on every protocol. What does not apply is left out.</summary>
/// <remarks>What is wrong with a key is not told: it would help a guesser. Immutable.</remarks>
/// <param name="Code">The stable code to branch on, e.g. <c>budget_exhausted</c>.</param>
/// <param name="CostCents">What the call would have cost, in exact decimal cents.</param>
/// <param name="RemainingCents">What is left of the budget that refused, in exact decimal cents.</param>
/// <param name="ResetsAt">When that budget starts again, in UTC.</param>
/// <param name="RefusedBy">The budget that refused, e.g. <c>key:42</c>.</param>
/// <param name="RequiredScope">The scope that was missing.</param>
/// <param name="Argument">The argument that no price could be made of.</param>
public sealed record DenialContent(
    string Code, decimal CostCents, decimal? RemainingCents, DateTime? ResetsAt, string? RefusedBy, string? RequiredScope, string? Argument)
{
    /// <summary>The content of a refusal.</summary>
    public static DenialContent Of(Denial denial)
    {
        ArgumentNullException.ThrowIfNull(denial);
        return new DenialContent(
            denial.Code,
            denial.Cost.Cents,
            denial.Remaining?.Cents,
            denial.ResetsAt?.UtcDateTime,
            denial.RefusedBy,
            denial.RequiredScope,
            denial.Argument);
    }

    /// <summary>The content as a JSON object with camel-case names.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, DenialContentJson.Default.DenialContent);
}
