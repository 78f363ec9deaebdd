using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Auditing;

/// <summary>One budget as the tables have it.</summary>
internal sealed record BudgetRow(
    string Id, string Owner, long? CapMicroCents, long RaiseMicroCents, DateTimeOffset? RaiseUntil, long UsedMicroCents, DateTimeOffset? StartedAt, BudgetPeriod? Window)
{
    public static BudgetRow Of(StoredKey key) => new(
        BudgetOwner.OfKey(key.Id),
        BudgetOwner.OfKey(key.Id),
        key.Budget.CapCents * Cost.MicroCentsPerCent,
        key.Budget.RaiseMicroCents,
        key.Budget.RaiseUntil,
        key.Budget.UsedMicroCents ?? 0,
        key.Budget.StartedAt,
        WindowOf(key.Budget.Calendar));

    public static BudgetRow Of(StoredExtraBudget budget) => new(
        SimulatedStore.BudgetRow(budget.Owner, budget.Name),
        budget.Owner,
        budget.CapMicroCents,
        budget.RaiseMicroCents,
        budget.RaiseUntil,
        budget.UsedMicroCents,
        budget.StartedAt,
        WindowOf(budget.Period));

    /// <summary>The cap at an instant, with a raise that is in force.</summary>
    public long? CapAt(DateTimeOffset now) => CapMicroCents + (now < RaiseUntil ? RaiseMicroCents : 0);

    private static BudgetPeriod? WindowOf(string? period) =>
        period is not null && BudgetPeriod.Parse(period) is { Kind: BudgetPeriodKind.Rolling } window ? window : null;
}
