using System.Text.Json;
using AgentKey.Money;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>What a call costs, as far as that can be read off its arguments before they are bound.</summary>
internal static class ArgumentPrice
{
    /// <summary>The price; <see langword="null"/> when only the call itself, or a rule, can tell.</summary>
    /// <exception cref="ToolDeniedException">The argument is negative, or too large for any price.</exception>
    public static Cost? Find(ToolPrice price, IDictionary<string, JsonElement>? arguments)
    {
        if (price.IsKnown)
        {
            return price.Amount;
        }

        return price.Kind == ToolPriceKind.PerArgument
            && arguments is not null
            && arguments.TryGetValue(price.By!, out var argument)
            // Whoever works may take a name in another case for this one.
            && arguments.Keys.Count(name => name.Equals(price.By, StringComparison.OrdinalIgnoreCase)) == 1
            && argument.ValueKind == JsonValueKind.Number
            && argument.TryGetInt64(out var units)
                ? price.Of(units)
                : null;
    }
}
