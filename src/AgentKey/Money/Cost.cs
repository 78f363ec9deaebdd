using System.Globalization;

namespace AgentKey.Money;

/// <summary>
/// An amount of money for one call or one cap: a whole number of micro-cents, never negative.
/// </summary>
/// <remarks>
/// One cent is 1,000,000 micro-cents and one dollar is 100,000,000, so the smallest price is $0.00000001 and the
/// largest about $92 billion. There is no floating point anywhere: a value that does not fit exactly is refused.
/// </remarks>
public readonly record struct Cost : IComparable<Cost>
{
    /// <summary>Micro-cents in one cent.</summary>
    public const long MicroCentsPerCent = 1_000_000;

    /// <summary>Micro-cents in one dollar.</summary>
    public const long MicroCentsPerDollar = 100 * MicroCentsPerCent;

    private const string CentsForm = "decimal cents of at least 0 with at most 6 decimals, e.g. 15 or 0.03";

    private const string DollarsForm = "decimal dollars of at least 0 with at most 8 decimals, e.g. 3.00 or 0.0003";

    private Cost(long microCents) => MicroCents = microCents;

    /// <summary>Nothing. A call that costs nothing is still checked for a live key and its scope.</summary>
    public static Cost Zero => default;

    /// <summary>The largest amount: <see cref="long.MaxValue"/> micro-cents.</summary>
    public static Cost MaxValue => new(long.MaxValue);

    /// <summary>The amount in micro-cents.</summary>
    public long MicroCents { get; }

    /// <summary>The amount in cents, exact.</summary>
    public decimal Cents => (decimal)MicroCents / MicroCentsPerCent;

    /// <summary>The amount in dollars, exact.</summary>
    public decimal Dollars => (decimal)MicroCents / MicroCentsPerDollar;

    /// <summary>An amount in micro-cents.</summary>
    /// <exception cref="InvalidFieldException"><paramref name="microCents"/> is negative.</exception>
    public static Cost FromMicroCents(long microCents) => microCents >= 0
        ? new Cost(microCents)
        : throw new InvalidFieldException("cost", "is negative", "micro-cents of at least 0");

    /// <summary>An amount in cents, exact to 6 decimals.</summary>
    /// <exception cref="InvalidFieldException">It is negative, has more than 6 decimals, or is larger than <see cref="MaxValue"/>.</exception>
    public static Cost FromCents(decimal cents) =>
        Scale(cents, MicroCentsPerCent, "cost", CentsForm);

    /// <summary>An amount in dollars, exact to 8 decimals.</summary>
    /// <exception cref="InvalidFieldException">It is negative, has more than 8 decimals, or is larger than <see cref="MaxValue"/>.</exception>
    public static Cost FromDollars(decimal dollars) => Scale(dollars, MicroCentsPerDollar, "cost", DollarsForm);

    /// <summary>Reads decimal dollars such as <c>3.00</c> or <c>0.0003</c>: digits and at most one point, nothing else.</summary>
    /// <param name="text">The text to read, always with a point, whatever the process's culture is.</param>
    /// <param name="field">The name that an error gives to the value, e.g. <c>--budget</c>.</param>
    /// <exception cref="InvalidFieldException">The text is empty, no number, negative, too precise or too large.</exception>
    public static Cost ParseDollars(string? text, string field = "cost") => Parse(text, MicroCentsPerDollar, field, DollarsForm);

    /// <summary>Reads decimal cents such as <c>15</c> or <c>0.03</c>: digits and at most one point, nothing else.</summary>
    /// <param name="text">The text to read, always with a point, whatever the process's culture is.</param>
    /// <param name="field">The name that an error gives to the value, e.g. <c>costCents</c>.</param>
    /// <exception cref="InvalidFieldException">The text is empty, no number, negative, too precise or too large.</exception>
    public static Cost ParseCents(string? text, string field = "cost") => Parse(text, MicroCentsPerCent, field, CentsForm);

    /// <summary>The sum of two amounts.</summary>
    /// <exception cref="OverflowException">The sum is larger than <see cref="MaxValue"/>.</exception>
    public static Cost operator +(Cost left, Cost right) => new(checked(left.MicroCents + right.MicroCents));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Cost left, Cost right) => left.MicroCents < right.MicroCents;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Cost left, Cost right) => left.MicroCents > right.MicroCents;

    /// <summary>Whether the left amount is not larger.</summary>
    public static bool operator <=(Cost left, Cost right) => left.MicroCents <= right.MicroCents;

    /// <summary>Whether the left amount is not smaller.</summary>
    public static bool operator >=(Cost left, Cost right) => left.MicroCents >= right.MicroCents;

    /// <summary>The same as the <c>+</c> operator.</summary>
    public static Cost Add(Cost left, Cost right) => left + right;

    /// <inheritdoc/>
    public int CompareTo(Cost other) => MicroCents.CompareTo(other.MicroCents);

    /// <summary>The exact amount in dollars with at least two decimals, e.g. <c>$0.15</c> or <c>$0.0003</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"${Dollars:0.00######}");

    private static Cost Parse(string? text, long unit, string field, string form)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new InvalidFieldException(field, "is empty", form);
        }

        // decimal.TryParse rounds what it cannot hold; more digits than this cannot be an amount of ours anyway.
        const int longestAmount = 24;
        return text.Length <= longestAmount
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
            ? Scale(amount, unit, field, form)
            : throw new InvalidFieldException(field, "is not an amount", form);
    }

    private static Cost Scale(decimal value, long unit, string field, string form)
    {
        if (value < 0)
        {
            throw new InvalidFieldException(field, "is negative", form);
        }

        if (value > (decimal)long.MaxValue / unit)
        {
            var most = ((decimal)long.MaxValue / unit).ToString(CultureInfo.InvariantCulture);
            throw new InvalidFieldException(field, "is too large", $"{form}, at most {most}");
        }

        var microCents = value * unit;
        if (microCents != decimal.Truncate(microCents))
        {
            throw new InvalidFieldException(field, "is more precise than a micro-cent", form);
        }

        return new Cost((long)microCents);
    }
}
