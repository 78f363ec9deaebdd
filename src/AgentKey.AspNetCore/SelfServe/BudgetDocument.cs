using AgentKey.Budgets;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>A further budget of a key.</summary>
internal sealed record BudgetDocument(
    string Name, decimal CapCents, string Period, decimal SpentCents, decimal RemainingCents, DateTime? ResetsAt)
{
    public static BudgetDocument Of(BudgetInfo budget) => new(
        budget.Name,
        budget.Budget.Cap.Cents,
        budget.Budget.Period.ToString(),
        budget.Spent.Cents,
        budget.Remaining.Cents,
        budget.ResetsAt?.UtcDateTime);
}
