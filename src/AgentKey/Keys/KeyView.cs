using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>Reads a stored row the way the next decision would.</summary>
internal static class KeyView
{
    /// <summary>For those who look, not for a decision: a row that makes no sense is shown as such, and hides no other.</summary>
    public static KeyInfo Show(StoredKeyDetails row)
    {
        try
        {
            return Of(row);
        }
        catch (Exception senseless) when (IsSenseless(senseless))
        {
            return WithoutMoney(row) with { Problem = senseless.Message };
        }
    }

    /// <inheritdoc cref="Show(StoredKeyDetails)"/>
    public static BudgetInfo Show(StoredExtraBudget row, DateTimeOffset now)
    {
        try
        {
            return Of(row, now);
        }
        catch (Exception senseless) when (IsSenseless(senseless))
        {
            return new BudgetInfo(row.Name, Budget: null, Cost.Zero, Cost.Zero, ResetsAt: null) { Problem = senseless.Message };
        }
    }

    /// <exception cref="InvalidFieldException">The row makes no sense, and nothing may be decided on it.</exception>
    /// <exception cref="OverflowException">It has an amount that cannot be.</exception>
    public static KeyInfo Of(StoredKeyDetails row)
    {
        if (ReferenceEquals(row.Key.Scopes, ScopeSet.Unreadable))
        {
            throw new InvalidFieldException("scopes", "cannot be read", "a list of scopes, or NULL for all");
        }

        var stored = row.Key.Budget;
        var budget = BudgetState.Open(row.Key.Id, stored, long.MaxValue / Cost.MicroCentsPerCent, row.ReadAt);
        if (budget.Roll(row.ReadAt) is null && budget.ClosedByOthers is null)
        {
            budget.Return(row.ExpiredMicroCents, DateTimeOffset.MaxValue);
        }

        return WithoutMoney(row) with
        {
            Budget = stored.WithCap(stored.CapCents),
            Spent = Cost.FromMicroCents(budget.Used),
            Held = Cost.FromMicroCents(row.HeldMicroCents),
            Remaining = budget.Remaining,
            ResetsAt = budget.ResetsAt,
            MoreBudgets = [.. row.Budgets.Select(extra => Of(extra, row.ReadAt))],
        };
    }

    private static BudgetInfo Of(StoredExtraBudget stored, DateTimeOffset now)
    {
        var state = BudgetState.Open(stored, now);
        state.Roll(now);
        return new BudgetInfo(
            stored.Name,
            new Budget(Cost.FromMicroCents(stored.CapMicroCents), BudgetPeriod.Parse(stored.Period)),
            Cost.FromMicroCents(state.Used),
            state.Remaining!.Value,
            state.ResetsAt);
    }

    private static bool IsSenseless(Exception fault) => fault is InvalidFieldException or OverflowException;

    private static KeyInfo WithoutMoney(StoredKeyDetails row) => new()
    {
        Id = row.Key.Id,
        AccountId = row.Key.AccountId,
        Name = row.Name,
        DisplayPrefix = row.KeyPrefix,
        Scopes = row.Key.Scopes,
        Budget = null,
        Spent = Cost.Zero,
        Remaining = Cost.Zero,
        ResetsAt = null,
        Status = StatusOf(row.Key.FaultAt(row.ReadAt)),
        ExpiresAt = row.Key.ExpiresAt,
        RevokedAt = row.Key.RevokedAt,
        CreatedAt = row.CreatedAt,
        LastUsedAt = row.LastUsedAt,
        DelegatedBy = row.DelegatedBy,
        UserId = row.UserId,
        ParentId = row.Key.ParentId,
        IsCarved = row.Key.IsCarved,
        ExternalSubject = row.Key.ExternalSubject,
    };

    private static KeyStatus StatusOf(KeyFault? fault) => fault switch
    {
        KeyFault.Revoked => KeyStatus.Revoked,
        KeyFault.Expired => KeyStatus.Expired,
        _ => KeyStatus.Alive,
    };
}
