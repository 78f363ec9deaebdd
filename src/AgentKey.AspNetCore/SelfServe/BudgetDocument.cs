using AgentKey.Budgets;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>A further budget of a key.</summary>
internal sealed record BudgetDocument(
    string Name, decimal CapCents, string Period, decimal SpentCents, decimal RemainingCents, DateTime? ResetsAt)
{
    // A key with a budget that makes no sense is shown with its problem, and without its further budgets.
    public static BudgetDocument Of(BudgetInfo budget) => new(
        budget.Name,
        budget.Budget!.Cap.Cents,
        budget.Budget.Period.ToString(),
        budget.Spent.Cents,
        budget.Remaining.Cents,
        budget.ResetsAt?.UtcDateTime);
}
