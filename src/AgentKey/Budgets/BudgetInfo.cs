using AgentKey.Money;

namespace AgentKey.Budgets;

/// <summary>A further budget of a key, or the ceiling of an account, as it stood at one moment of the store's clock.</summary>
/// <param name="Name">Its name among its owner's budgets.</param>
/// <param name="Budget">Cap and period; <see langword="null"/> when the row makes no sense.</param>
/// <param name="Spent">Spent and held in the current period.</param>
/// <param name="Remaining">What is left, with a raise that is in force.</param>
/// <param name="ResetsAt">When it starts again; <see langword="null"/> for never.</param>
public sealed record BudgetInfo(string Name, Budget? Budget, Cost Spent, Cost Remaining, DateTimeOffset? ResetsAt)
{
    /// <summary>What makes no sense in the row; <see langword="null"/> for a sound one. Then the amounts say nothing.</summary>
    public string? Problem { get; init; }
}
