using System.Text.Json;
using AgentKey.Charging;
using AgentKey.Money;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>The price of a call by one of the arguments that a model chose.</summary>
internal static class ArgumentPrice
{
    /// <summary>The price.</summary>
    /// <exception cref="ToolDeniedException">The argument is missing, said twice, no whole number, negative or too large; nothing was charged.</exception>
    public static Cost Of(ToolPrice price, AIFunctionArguments arguments) =>
        arguments.TryGetValue(price.By!, out var value)
        // Whoever works may take a name in another case for this one.
        && arguments.Keys.Count(name => name.Equals(price.By, StringComparison.OrdinalIgnoreCase)) == 1
        && WholeNumber(value) is { } number
            ? price.Of(number)
            : throw new ToolDeniedException(new Denial { Reason = DenialCode.InvalidArgument, Argument = price.By });

    private static Int128? WholeNumber(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetInt64(out var number) => number,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetUInt64(out var number) => number,
        sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(value, null),
        ulong number => number,
        _ => null,
    };
}
