using System.Globalization;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Amounts as attributes can say them, turned into exact micro-cents, or refused.</summary>
internal static class ExactCents
{
    private const long MicroCentsPerCent = 1_000_000;

    /// <summary>The amount as a literal of whole cents, or of exact decimal ones.</summary>
    public static string? Read(TypedConstant constant) => constant.Value switch
    {
        long cents when cents is >= 0 and <= long.MaxValue / MicroCentsPerCent => cents.ToString(CultureInfo.InvariantCulture),
        double cents => Read(cents),
        _ => null,
    };

    private static string? Read(double cents)
    {
        // NaN is in no range.
        if (!(cents >= 0 && cents <= long.MaxValue / MicroCentsPerCent))
        {
            return null;
        }

        // The conversion keeps 15 digits. A literal that had more may not be the number that the author wrote.
        var exact = (decimal)cents;
        var microCents = exact * MicroCentsPerCent;
        if ((double)exact != cents || microCents != decimal.Truncate(microCents))
        {
            return null;
        }

        var text = exact.ToString("0.######", CultureInfo.InvariantCulture);
        return text.Contains('.') ? text + "M" : text;
    }
}
