namespace AgentKey.Generators.Models;

/// <summary>A static class that makes prices.</summary>
/// <param name="Name">The class, for people.</param>
/// <param name="Price">The method that tells the price before the work.</param>
/// <param name="Settle">The method that tells the actual cost after it, if there is one.</param>
internal sealed record PriceRuleModel(string Name, RuleCallModel Price, RuleCallModel? Settle);
