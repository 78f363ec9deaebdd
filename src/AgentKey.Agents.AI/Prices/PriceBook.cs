using System.Collections.Frozen;
using System.Text.Json;

namespace AgentKey.Agents.AI.Prices;

/// <summary>What the tokens of each model cost. Immutable, and a source of prices that never change.</summary>
/// <remarks>A model that is not in it has no price: names are compared exactly, and nothing stands for others.</remarks>
public sealed class PriceBook : IPriceSource
{
    private readonly FrozenDictionary<string, ModelPrices> _models;

    /// <summary>Creates a book.</summary>
    /// <exception cref="InvalidFieldException">Two prices hold for the same calls, or none holds for short ones.</exception>
    public PriceBook(params IEnumerable<ModelPrice> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _models = rows
            .SelectMany(row => row.Aliases.Prepend(row.Model), (row, name) => (Name: name, Row: row))
            .GroupBy(entry => entry.Name, entry => entry.Row, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new ModelPrices(group.Key, group), StringComparer.Ordinal);
    }

    /// <summary>The names of all models that have a price at some time, sorted.</summary>
    public IReadOnlyList<string> Models => [.. _models.Keys.Order(StringComparer.Ordinal)];

    PriceBook IPriceSource.Current => this;

    /// <summary>Reads a book: an object whose <c>prices</c> are rows as <c>docs/agents-ai.md</c> describes them.</summary>
    /// <exception cref="InvalidFieldException">It is not such an object. The error names the row and the field.</exception>
    public static PriceBook Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return new PriceBook(JsonPrices.Rows(document.RootElement));
        }
        catch (JsonException fault)
        {
            throw new InvalidFieldException("prices", $"is no JSON (line {fault.LineNumber + 1})", JsonPrices.Form);
        }
    }

    /// <summary>What a model's tokens cost.</summary>
    /// <param name="model">The model's exact name.</param>
    /// <param name="instant">When the call is made.</param>
    /// <param name="inputTokens">How many tokens the call reads, cached ones included.</param>
    /// <returns><see langword="null"/> when the book does not say.</returns>
    public TokenPrice? Find(string? model, DateTimeOffset instant, long inputTokens) =>
        model is not null && _models.TryGetValue(model, out var prices) ? prices.At(instant, inputTokens) : null;
}
