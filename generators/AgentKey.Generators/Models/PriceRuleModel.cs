namespace AgentKey.Generators.Models;

/// <summary>A static class that makes prices.</summary>
/// <param name="Name">The class, for people.</param>
/// <param name="FullName">The same with all that it stands in.</param>
/// <param name="Price">The method that tells the price before the work.</param>
/// <param name="Settle">The method that tells the actual cost after it, if there is one.</param>
internal sealed record PriceRuleModel(string Name, string FullName, RuleCallModel Price, RuleCallModel? Settle);
