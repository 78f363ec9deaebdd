namespace AgentKey.Events;

/// <summary>What an event tells, as receivers branch on it. Never renamed.</summary>
public static class EventTypes
{
    /// <summary>Spent and held money reached a percentage of a cap.</summary>
    public const string BudgetThreshold = "budget.threshold";

    /// <summary>A call cost more than was held for it.</summary>
    public const string BudgetOverrun = "budget.overrun";

    /// <summary>A key was refused again and again.</summary>
    public const string KeyRefused = "key.refused";

    /// <summary>A key will expire soon.</summary>
    public const string KeyExpiring = "key.expiring";
}
