namespace AgentKey.Agents.AI.Prices;

/// <summary>One field of a row as it was written: numbers as their text, so that none passes through a binary fraction.</summary>
/// <param name="Name">The field's name, in any case.</param>
/// <param name="Text">Its text; null for a list.</param>
/// <param name="Items">The texts of a list.</param>
internal sealed record PriceField(string Name, string? Text, IReadOnlyList<string?> Items);
