namespace AgentKey.Budgets;

/// <summary>Whether a child's budget is no wider than its parent's: it must not be able to spend more in any period of the parent.</summary>
internal static class BudgetNarrowing
{
    // What a change of clocks makes a day, and so a longer period, longer or shorter.
    private static readonly TimeSpan ClockChange = TimeSpan.FromHours(1);

    /// <summary>How many periods of the child can lie, wholly or in part, within one of the parent: an upper bound.</summary>
    /// <returns><see langword="null"/> when there is no bound: the child repeats and the parent does not.</returns>
    public static long? MostWithin(BudgetPeriod child, BudgetPeriod parent)
    {
        if (child.Kind == BudgetPeriodKind.Once || child == parent)
        {
            return 1;
        }

        if (parent.Kind == BudgetPeriodKind.Once)
        {
            return null;
        }

        var parentTicks = (MostOf(parent) + ChangeOfClocks(child, parent)).Ticks;
        var childTicks = LeastOf(child).Ticks;
        var whole = (parentTicks + childTicks - 1) / childTicks;

        // Where both begin at the same midnights, a parent's period is a whole number of the child's.
        return SharesGrid(child, parent) ? whole : whole + 1;
    }

    private static bool SharesGrid(BudgetPeriod child, BudgetPeriod parent) =>
        child.Zone.Equals(parent.Zone)
        && (child.Kind == BudgetPeriodKind.Hour ? child.TimeOfDay.Minute == parent.TimeOfDay.Minute : child.TimeOfDay == parent.TimeOfDay)
        && child.Kind is BudgetPeriodKind.Hour or BudgetPeriodKind.Day
        && IsOfDays(parent);

    // Both counted in the days of one calendar, which a change of clocks makes no more and no fewer.
    private static TimeSpan ChangeOfClocks(BudgetPeriod child, BudgetPeriod parent) =>
        IsOfDays(child) && IsOfDays(parent) && child.Zone.Equals(parent.Zone) ? TimeSpan.Zero : ChangeOfClocks(child) + ChangeOfClocks(parent);

    private static TimeSpan ChangeOfClocks(BudgetPeriod period) => IsOfDays(period) && period.Zone.SupportsDaylightSavingTime ? ClockChange : TimeSpan.Zero;

    private static bool IsOfDays(BudgetPeriod period) =>
        period.Kind is BudgetPeriodKind.Day or BudgetPeriodKind.Week or BudgetPeriodKind.Month or BudgetPeriodKind.Year;

    /// <summary>The longest that a period can last; of a window, its length.</summary>
    public static TimeSpan Longest(BudgetPeriod period) => MostOf(period) + ChangeOfClocks(period);

    private static TimeSpan MostOf(BudgetPeriod period) => period.Kind switch
    {
        BudgetPeriodKind.Hour => TimeSpan.FromHours(1),
        BudgetPeriodKind.Day => TimeSpan.FromDays(1),
        BudgetPeriodKind.Week => TimeSpan.FromDays(7),
        BudgetPeriodKind.Month => TimeSpan.FromDays(31),
        BudgetPeriodKind.Year => TimeSpan.FromDays(366),
        _ => period.Window,
    };

    private static TimeSpan LeastOf(BudgetPeriod period) => period.Kind switch
    {
        BudgetPeriodKind.Month => TimeSpan.FromDays(28),
        BudgetPeriodKind.Year => TimeSpan.FromDays(365),
        _ => MostOf(period),
    };
}
