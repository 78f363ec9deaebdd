namespace AgentKey.Generators.Models;

/// <summary>What a tool costs, ready to be written.</summary>
internal sealed record PriceModel(PriceKind Kind)
{
    /// <summary>The amount in cents as a C# literal: whole, or an exact decimal.</summary>
    public string Cents { get; init; } = "0";

    /// <summary>The parameter that the amount is multiplied by.</summary>
    public string Argument { get; init; } = "";

    public long Units { get; init; } = 1;

    public PriceRuleModel? Rule { get; init; }

    public bool KeepsOnFailure { get; init; }

    public bool RefundsOnCancellation { get; init; }
}
