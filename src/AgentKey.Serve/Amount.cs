using System.Globalization;
using System.Text.Json;
using AgentKey.Money;

namespace AgentKey.Serve;

/// <summary>Reads amounts in cents from JSON, exactly as they are written: one that has to be rounded to be read would be another amount.</summary>
internal static class Amount
{
    // Together with the most digits that an amount may have, a decimal holds all of these exactly.
    private const int SmallestExponent = -6;
    private const int LargestExponent = 15;

    /// <summary>The amount of a number; with an exponent too, because Python writes 0.00001 as 1e-05.</summary>
    /// <exception cref="InvalidFieldException">It is no number, negative, too precise or too large.</exception>
    public static Cost Read(JsonElement number, string field)
    {
        var text = number.GetRawText();
        var mark = number.ValueKind == JsonValueKind.Number ? text.AsSpan().IndexOfAny('e', 'E') : -1;
        return Cost.ParseCents(mark < 0 ? text : WithoutExponent(text, mark) ?? text, field);
    }

    /// <summary>The amount of a cap, which is whole cents.</summary>
    /// <exception cref="InvalidFieldException">It is no such amount.</exception>
    public static Cost ReadWhole(JsonElement number, string field)
    {
        var cost = Read(number, field);
        return cost.MicroCents % Cost.MicroCentsPerCent == 0
            ? cost
            : throw new InvalidFieldException(field, "holds a fraction of a cent", "whole cents, e.g. 300");
    }

    private static string? WithoutExponent(string text, int mark) =>
        text.Length <= 24
        && int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
        && exponent is >= SmallestExponent and <= LargestExponent
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            ? amount.ToString("0.############################", CultureInfo.InvariantCulture)
            : null;
}
