using System.Globalization;

namespace AgentKey.Charging;

/// <summary>The text of <c>budget_window</c> and <c>used_window</c>: amounts in micro-cents, each after the number of its time.</summary>
internal static class TimedAmounts
{
    /// <summary>Reads the stored text.</summary>
    /// <param name="stored">The text; null for none.</param>
    /// <param name="time">What the number of a time counts, for the message.</param>
    /// <exception cref="InvalidFieldException">The text is not of our making.</exception>
    public static IEnumerable<(long Time, long MicroCents)> Read(string? stored, string time)
    {
        foreach (var part in (stored ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var separator = part.IndexOf(':', StringComparison.Ordinal);
            if (separator < 0
                || !long.TryParse(part.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !long.TryParse(part.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            {
                throw Malformed(time);
            }

            yield return (number, amount);
        }
    }

    public static string Write(IEnumerable<(long Time, long MicroCents)> amounts) =>
        string.Join(',', amounts.Select(amount => string.Create(CultureInfo.InvariantCulture, $"{amount.Time}:{amount.MicroCents}")));

    public static InvalidFieldException Malformed(string time) =>
        new("budget_window", "is malformed", $"{time}:micro-cents, separated by commas");
}
