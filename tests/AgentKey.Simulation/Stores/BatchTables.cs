using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>What a batch loads and saves.</summary>
internal static class BatchTables
{
    /// <summary>Loads what was asked for; of the budgets those that were there when their locks were asked for.</summary>
    public static BatchState Load(Tables tables, BatchRequest request, IReadOnlyCollection<string> budgets, DateTimeOffset now) => new()
    {
        Now = now,
        Keys = [.. request.KeyIds.Select(tables.Find).OfType<StoredKeyDetails>().Select(key => key.Key)],
        Budgets = [.. tables.Budgets.Values.Where(budget => budgets.Contains(SimulatedStore.BudgetRow(budget.Owner, budget.Name)))],
        Entries =
        [
            .. request.Lookups.Select(tables.FindOperation).OfType<LedgerEntry>(),
            .. request.Lookups.Select(tables.FindResolution).OfType<LedgerEntry>(),
        ],
        Holds = [.. tables.Holds.Values.Where(slice => request.Holds.Contains(new OperationRef(slice.KeyId, slice.OperationId)))],
        LargestUsedCents = int.MaxValue,
    };

    public static BatchState LoadExpired(Tables tables, BatchState state, IReadOnlyCollection<string> budgets) => state with
    {
        ExpiredOf = state.ExpiredOf.Concat(budgets).ToHashSet(StringComparer.Ordinal),
        Expired = [.. state.Expired, .. tables.Holds.Values.Where(slice => budgets.Contains(slice.Budget) && slice.ExpiresAt <= state.Now)],
    };

    public static void Save(Tables tables, BatchChanges changes, bool withLedger = true, bool withClosedHolds = true)
    {
        foreach (var change in changes.Keys)
        {
            tables.Save(Changed(tables.Find(change.KeyId)!, change));
        }

        foreach (var change in changes.Budgets)
        {
            var row = tables.Budgets[(change.Owner, change.Name)];
            tables.Budgets[(change.Owner, change.Name)] = row with
            {
                UsedMicroCents = change.UsedMicroCents,
                StartedAt = change.StartedAt,
                EndsAt = change.EndsAt,
                Window = change.Window,
            };
        }

        foreach (var slice in withClosedHolds ? changes.HoldsClosed : [])
        {
            tables.Holds.Remove((slice.KeyId, slice.OperationId, slice.Budget));
        }

        foreach (var slice in changes.HoldsTaken.Concat(changes.HoldsExtended))
        {
            tables.Holds[(slice.KeyId, slice.OperationId, slice.Budget)] = slice;
        }

        foreach (var entry in withLedger ? changes.Entries : [])
        {
            tables.Append(entry);
        }
    }

    private static StoredKeyDetails Changed(StoredKeyDetails row, KeyChange change)
    {
        var budget = row.Key.Budget with
        {
            CapCents = change.CapCents ?? row.Key.Budget.CapCents,
            UsedCents = change.UsedCents,
            UsedMicroCents = change.UsedMicroCents,
            UsedUntil = change.PeriodEnd,
            ResetAt = row.Key.Budget.Calendar is null ? change.PeriodEnd : null,
            StartedAt = change.StartedAt ?? row.Key.Budget.StartedAt,
        };
        var key = row.Key with { Budget = budget };
        if (change.State is { } state)
        {
            key = key with { Budget = budget with { Window = state.Window }, DrawnMicroCents = state.DrawnMicroCents, RevokedAt = state.RevokedAt };
        }

        return row with { Key = key, LastUsedAt = change.LastUsedAt ?? row.LastUsedAt };
    }
}
