using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>Reads a stored row the way the next decision would.</summary>
internal static class KeyView
{
    public static KeyInfo Of(StoredKeyDetails row)
    {
        var budget = BudgetState.Open(row.Key.Budget, long.MaxValue / Cost.MicroCentsPerCent);
        budget.Roll(row.ReadAt);
        return new KeyInfo
        {
            Id = row.Key.Id,
            AccountId = row.AccountId,
            Name = row.Name,
            DisplayPrefix = row.KeyPrefix,
            Scopes = row.Key.Scopes,
            Budget = budget.Cap is { } cap ? new Budget(Cost.FromMicroCents(cap), BudgetPeriod.Parse(row.Key.Budget.Period ?? "once")) : null,
            Spent = Cost.FromMicroCents(budget.Used),
            Remaining = budget.Remaining,
            ResetsAt = budget.ResetsAt,
            Status = StatusOf(row.Key.FaultAt(row.ReadAt)),
            ExpiresAt = row.Key.ExpiresAt,
            RevokedAt = row.Key.RevokedAt,
            CreatedAt = row.CreatedAt,
            LastUsedAt = row.LastUsedAt,
            DelegatedBy = row.DelegatedBy,
            UserId = row.UserId,
        };
    }

    private static KeyStatus StatusOf(KeyFault? fault) => fault switch
    {
        KeyFault.Revoked => KeyStatus.Revoked,
        KeyFault.Expired => KeyStatus.Expired,
        _ => KeyStatus.Alive,
    };
}
