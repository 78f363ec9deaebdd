namespace AgentKey.Budgets;

/// <summary>How often a budget starts again.</summary>
public enum BudgetPeriodKind
{
    /// <summary>Never: the cap is for the whole life of the key.</summary>
    Once,

    /// <summary>Every hour of elapsed time, at a minute of the zone's wall clock.</summary>
    Hour,

    /// <summary>Every day, at a time of day.</summary>
    Day,

    /// <summary>Every week, on a weekday at a time of day.</summary>
    Week,

    /// <summary>Every month, on the anchor's day of the month, or the month's last day where it is shorter.</summary>
    Month,

    /// <summary>Every year, on the anchor's date; 28 February where 29 February is not there.</summary>
    Year,

    /// <summary>Never at once: what was spent leaves the budget when it is as old as the window is long.</summary>
    Rolling,
}
