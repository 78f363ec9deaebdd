namespace AgentKey.Agents.AI.Prices;

/// <summary>One row of a price book: what a model costs from an instant on, above a length of input.</summary>
/// <param name="Model">The model as requests and answers name it; compared exactly.</param>
/// <param name="Price">What its tokens cost.</param>
public sealed record ModelPrice(string Model, TokenPrice Price)
{
    /// <summary>Other names of the same model.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>From when on the price holds, on the store's clock; until a later one does.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The price holds for calls that read more tokens than this. It then holds for all tokens of the call.</summary>
    public long AboveInputTokens { get; init; }
}
