using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>What one call of the tool costs. A tool without it is checked and free.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>[Cost(15)]</c> and <c>[Cost(0.2)]</c>: cents, exact to 6 decimals, charged before the work.</item>
/// <item><c>[Cost(1, Per = nameof(maxTokens), PerUnits = 1000)]</c>: 1 cent for every 1,000 of an integer argument, rounded up to a micro-cent.</item>
/// <item><c>[Cost(UpTo = 40)]</c>: holds 40 cents, and spends what the tool reports with <see cref="ToolCall.ReportCost"/>.</item>
/// <item><c>[Cost(typeof(ChatPrice))]</c>: a static class with a method <c>Price</c> that gets arguments by their names and returns a
/// <see cref="Cost"/>; with a method <c>Settle</c>, which may also get the <c>result</c>, the price is held first.</item>
/// </list>
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = true)]
public sealed class CostAttribute : Attribute
{
    /// <summary>A price in whole cents.</summary>
    /// <param name="cents">At least 0.</param>
    public CostAttribute(long cents) => Cents = cents;

#pragma warning disable RS0030 // An attribute cannot take a decimal; the compiler component refuses what is not exact.
    /// <summary>A price in cents with decimals.</summary>
    /// <param name="cents">At least 0, with at most 6 decimals.</param>
    public CostAttribute(double cents) => Cents = (decimal)cents;

    /// <summary>The most that one call is expected to cost, in cents with at most 6 decimals: it is held, and the tool reports what it was.</summary>
    public double UpTo
    {
        get => (double)(MostCents ?? 0);
        set => MostCents = (decimal)value;
    }
#pragma warning restore RS0030

    /// <summary>A price by rule.</summary>
    /// <param name="rule">A static class with a method <c>Price</c>.</param>
    public CostAttribute(Type rule) => Rule = rule;

    /// <summary>A price that is told by <see cref="UpTo"/>.</summary>
    public CostAttribute()
    {
    }

    /// <summary>The price in cents, exact; of a price per argument, that of <see cref="PerUnits"/>.</summary>
    public decimal Cents { get; }

    /// <summary>The rule that makes the price.</summary>
    public Type? Rule { get; }

    /// <summary>The integer parameter that the price is multiplied by. Write it with <c>nameof</c>.</summary>
    public string? Per { get; set; }

    /// <summary>How many of <see cref="Per"/> the price buys; at least 1.</summary>
    public long PerUnits { get; set; } = 1;

    /// <summary>What happens to the money when the tool throws, or returns what its protocol calls a failure.</summary>
    public FailureOutcome OnFailure { get; set; } = FailureOutcome.Refund;

    /// <summary>What happens to the money when the call is cancelled after the work began.</summary>
    public FailureOutcome OnCancellation { get; set; } = FailureOutcome.Keep;

    /// <summary>What <see cref="UpTo"/> was set to, exact.</summary>
    internal decimal? MostCents { get; private set; }
}
