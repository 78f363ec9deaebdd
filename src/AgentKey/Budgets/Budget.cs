using AgentKey.Money;

namespace AgentKey.Budgets;

/// <summary>A cap and the period in which it may be spent.</summary>
public sealed record Budget
{
    /// <summary>Creates a budget.</summary>
    /// <param name="cap">Whole cents: the shared table stores caps in cents. Zero is a budget that pays for nothing.</param>
    /// <param name="period">When the budget starts again.</param>
    /// <exception cref="InvalidFieldException">The cap holds a fraction of a cent.</exception>
    public Budget(Cost cap, BudgetPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        RequireWholeCents(cap);
        Cap = cap;
        Period = period;
    }

    /// <summary>The most that may be spent and held in one period.</summary>
    public Cost Cap { get; }

    /// <summary>When the budget starts again.</summary>
    public BudgetPeriod Period { get; }

    internal static void RequireWholeCents(Cost cap)
    {
        if (cap.MicroCents % Cost.MicroCentsPerCent != 0)
        {
            throw new InvalidFieldException("budget", "holds a fraction of a cent", "whole cents, e.g. 3.00");
        }
    }
}
