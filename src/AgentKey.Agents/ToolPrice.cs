using System.Globalization;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>What one call of a tool costs: an amount, or how the amount comes about. Immutable.</summary>
public sealed record ToolPrice
{
    private ToolPrice(ToolPriceKind kind, Cost amount)
    {
        Kind = kind;
        Amount = amount;
    }

    /// <summary>Nothing: the key and its scope are checked all the same.</summary>
    public static ToolPrice Free { get; } = Fixed(Cost.Zero);

    /// <summary>When and by what the price is known.</summary>
    public ToolPriceKind Kind { get; }

    /// <summary>The price; per argument that of <see cref="Units"/>, and zero for a rule.</summary>
    public Cost Amount { get; }

    /// <summary>The argument that the price is multiplied by, or the name of the rule.</summary>
    public string? By { get; private init; }

    /// <summary>How many of the argument the amount buys.</summary>
    public long Units { get; private init; } = 1;

    /// <summary>Whether the money is held before the work and settled after it.</summary>
    public bool IsHeld => Kind is ToolPriceKind.UpTo or ToolPriceKind.SettledRule;

    /// <summary>Whether the amount is known without the arguments.</summary>
    public bool IsKnown => Kind is ToolPriceKind.Fixed or ToolPriceKind.UpTo;

    /// <summary>The same for every call.</summary>
    public static ToolPrice Fixed(Cost cost) => new(ToolPriceKind.Fixed, cost);

    /// <summary>At most this much, of which the tool reports what it cost.</summary>
    public static ToolPrice UpTo(Cost most) => new(ToolPriceKind.UpTo, most);

    /// <summary>So much for every <paramref name="units"/> of an integer argument.</summary>
    /// <exception cref="InvalidFieldException">The argument has no name, or there are less than one unit.</exception>
    public static ToolPrice PerArgument(Cost cost, string argument, long units = 1)
    {
        if (string.IsNullOrWhiteSpace(argument))
        {
            throw new InvalidFieldException("argument", "is empty", "the name of a parameter, e.g. maxTokens");
        }

        return units >= 1
            ? new ToolPrice(ToolPriceKind.PerArgument, cost) { By = argument, Units = units }
            : throw new InvalidFieldException("units", "is less than 1", "a whole number of at least 1, e.g. 1000");
    }

    /// <summary>By a rule.</summary>
    /// <param name="rule">The rule's name, for people.</param>
    /// <param name="isSettled">Whether the rule settles after the work, so that its first amount is held.</param>
    public static ToolPrice ByRule(string rule, bool isSettled = false)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new ToolPrice(isSettled ? ToolPriceKind.SettledRule : ToolPriceKind.Rule, Cost.Zero) { By = rule };
    }

    /// <summary>What an attribute says; of a rule no more than its name.</summary>
    /// <exception cref="InvalidFieldException">The price is negative, too precise or too large.</exception>
    internal static ToolPrice Of(CostAttribute attribute)
    {
        if (attribute.Rule is { } rule)
        {
            return ByRule(rule.Name);
        }

        if (attribute.MostCents is { } most)
        {
            return UpTo(Cost.FromCents(most));
        }

        var cost = Cost.FromCents(attribute.Cents);
        return attribute.Per is { } argument ? PerArgument(cost, argument, attribute.PerUnits) : Fixed(cost);
    }

    /// <summary>The price of a call by its argument, rounded up to a whole micro-cent.</summary>
    /// <param name="argument">The argument's value, which usually comes from a model.</param>
    /// <exception cref="ToolDeniedException">It is negative, or too large for any price; nothing was charged.</exception>
    /// <exception cref="InvalidOperationException">The price is of another kind.</exception>
    public Cost Of(Int128 argument)
    {
        if (Kind != ToolPriceKind.PerArgument)
        {
            throw new InvalidOperationException($"The price \"{this}\" depends on no argument.");
        }

        // An argument of 64 bits times a price of 63 bits: 127 bits always hold the product.
        var isInRange = argument >= 0 && argument <= ulong.MaxValue;
        var microCents = isInRange ? ((argument * Amount.MicroCents) + (Units - 1)) / Units : Int128.MaxValue;
        return microCents <= long.MaxValue
            ? Cost.FromMicroCents((long)microCents)
            : throw new ToolDeniedException(new Denial { Reason = DenialCode.InvalidArgument, Argument = By });
    }

    /// <summary>The price for people, e.g. <c>$0.15</c>, <c>$0.01 per 1000 maxTokens</c> or <c>up to $0.40</c>.</summary>
    public override string ToString() => Kind switch
    {
        ToolPriceKind.Fixed => Amount.ToString(),
        ToolPriceKind.PerArgument when Units == 1 => $"{Amount} per {By}",
        ToolPriceKind.PerArgument => string.Create(CultureInfo.InvariantCulture, $"{Amount} per {Units} {By}"),
        ToolPriceKind.UpTo => $"up to {Amount}",
        _ => $"by {By}",
    };
}
