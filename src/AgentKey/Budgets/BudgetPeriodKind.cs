namespace AgentKey.Budgets;

/// <summary>How often a budget starts again.</summary>
public enum BudgetPeriodKind
{
    /// <summary>Never: the cap is for the whole life of the key.</summary>
    Once,

    /// <summary>Every day, at the anchor's time of day.</summary>
    Day,

    /// <summary>Every month, on the anchor's day of the month, or the month's last day where it is shorter.</summary>
    Month,
}
