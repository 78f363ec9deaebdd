using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Processes;

/// <summary>Another program on the same table, that knows whole cents, no holds and no parents (research: shared table).</summary>
internal sealed class TypeScriptLibrary(Database database, EventLoop loop)
{
    /// <summary>Its <c>trackUsage</c>: one guarded UPDATE, which rolls a period that is over from now on.</summary>
    public Task ChargeAsync(string keyId, long cents) => UpdateAsync(keyId, (row, now) =>
    {
        var isOver = row.Period is not null && row.ResetAt <= now;
        var used = isOver ? cents : row.UsedCents + cents;
        if (row.CapCents is { } cap && used > cap)
        {
            return null;
        }

        database.Audit.Paper.NoteForeign(keyId, cents * Cost.MicroCentsPerCent, isOver);
        return row with { UsedCents = used, ResetAt = isOver ? now + (row.Period == "day" ? TimeSpan.FromDays(1) : TimeSpan.FromDays(30)) : row.ResetAt };
    });

    /// <summary>The roll that its <c>validate</c> makes, step by step from the stored end.</summary>
    public Task ValidateAsync(string keyId) => UpdateAsync(keyId, (row, now) =>
    {
        if (row.Period is null || row.ResetAt is not { } end || end >= now)
        {
            return null;
        }

        while (end <= now)
        {
            end = row.Period == "day" ? end.AddDays(1) : end.AddMonths(1);
        }

        database.Audit.Paper.NoteForeign(keyId, 0, isRolled: true);
        return row with { UsedCents = 0, ResetAt = end };
    });

    private async Task UpdateAsync(string keyId, Func<StoredBudget, DateTimeOffset, StoredBudget?> update)
    {
        string[] rows = [BudgetOwner.OfKey(keyId)];
        await database.LockAsync(rows);
        if (database.Tables.Find(keyId) is { Key.RevokedAt: null } row && update(row.Key.Budget, database.Clock.Read()) is { } changed)
        {
            database.Tables.Save(row with { Key = row.Key with { Budget = changed } });
            database.Faults.Count("ForeignUpdate");
            loop.Write($"another program leaves key {keyId} at {changed.UsedCents} cents until {changed.ResetAt:O}");
        }

        database.Unlock(rows);
    }
}
