using AgentKey.Budgets;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>The statements that set and remove further budgets. A budget that starts anew says so in the ledger.</summary>
internal static class BudgetTables
{
    public static void Save(Tables tables, StoredExtraBudget budget, DateTimeOffset now)
    {
        var id = (budget.Owner, budget.Name);
        if (tables.Budgets.TryGetValue(id, out var known) && known.Period == budget.Period)
        {
            tables.Budgets[id] = known with { CapMicroCents = budget.CapMicroCents };
            return;
        }

        if (known is not null)
        {
            BookReset(tables, known, now);
        }

        tables.Budgets[id] = budget with
        {
            StartedAt = now,
            UsedMicroCents = 0,
            RaiseMicroCents = known?.RaiseMicroCents ?? 0,
            RaiseUntil = known?.RaiseUntil,
        };
    }

    public static bool Remove(Tables tables, string owner, string name, DateTimeOffset now)
    {
        if (tables.Budgets.TryGetValue((owner, name), out var known))
        {
            BookReset(tables, known, now);
        }

        return tables.Budgets.Remove((owner, name));
    }

    private static void BookReset(Tables tables, StoredExtraBudget budget, DateTimeOffset now) => tables.Append(new LedgerEntry
    {
        At = now,
        KeyId = budget.Owner.StartsWith(BudgetOwner.KeyPrefix, StringComparison.Ordinal) ? budget.Owner[BudgetOwner.KeyPrefix.Length..] : "",
        Budget = $"{budget.Owner}/{budget.Name}",
        OperationId = null,
        Kind = LedgerEntryKind.Reset,
        AmountMicroCents = -budget.UsedMicroCents,
        PeriodEnd = budget.EndsAt,
        RemainingMicroCents = null,
        BalanceMicroCents = 0,
    });
}
