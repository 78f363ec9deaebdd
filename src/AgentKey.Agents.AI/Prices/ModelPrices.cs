namespace AgentKey.Agents.AI.Prices;

/// <summary>All prices of one model: by time, and by the length of the input.</summary>
internal sealed class ModelPrices
{
    private readonly ModelPrice[] _latestFirst;

    /// <summary>Checks and sorts.</summary>
    /// <exception cref="InvalidFieldException">Two prices hold for the same calls, or none holds for short ones.</exception>
    public ModelPrices(string model, IEnumerable<ModelPrice> rows)
    {
        _latestFirst = [.. rows.OrderByDescending(row => row.From).ThenByDescending(row => row.AboveInputTokens)];
        foreach (var sameTime in _latestFirst.GroupBy(row => row.From))
        {
            if (sameTime.DistinctBy(row => row.AboveInputTokens).Count() != sameTime.Count())
            {
                throw new InvalidFieldException($"prices of {model}", "hold two for the same calls", "one price for each from and aboveInputTokens");
            }

            if (sameTime.Last().AboveInputTokens != 0)
            {
                throw new InvalidFieldException(
                    $"prices of {model}", "hold none for short input", "beside each price with aboveInputTokens one without, from the same instant on");
            }
        }
    }

    /// <summary>The price at an instant.</summary>
    /// <returns><see langword="null"/> before the first price.</returns>
    public TokenPrice? At(DateTimeOffset instant, long inputTokens)
    {
        var current = _latestFirst.FirstOrDefault(row => row.From <= instant);
        return current is null
            ? null
            : _latestFirst.First(row => row.From == current.From && (row.AboveInputTokens == 0 || inputTokens > row.AboveInputTokens)).Price;
    }
}
