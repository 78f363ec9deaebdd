using AgentKey.Simulation.Auditing;
using AgentKey.Simulation.Scheduling;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>The server: committed tables, row locks and the clock. Outlives every process.</summary>
internal sealed class Database(EventLoop loop, FaultPlan faults, Sabotage sabotage)
{
    private readonly RowLocks _locks = new(loop);
    private readonly TableLock _budgets = new(loop);

    public Tables Tables { get; } = new();

    public StoreClock Clock { get; } = new(loop);

    public FaultPlan Faults => faults;

    public required CommitAudit Audit { get; init; }

    public bool Is(Sabotage which) => sabotage == which && loop.Chance(30);

    /// <summary>Waits for the locks of rows, one by one, in the given order.</summary>
    public async Task LockAsync(IEnumerable<string> rows)
    {
        foreach (var row in sabotage == Sabotage.NoLocks ? [] : rows)
        {
            await _locks.AcquireAsync(row);
        }
    }

    public void Unlock(IEnumerable<string> rows)
    {
        foreach (var row in sabotage == Sabotage.NoLocks ? [] : rows)
        {
            _locks.Release(row);
        }
    }

    /// <summary>Waits until no budget is being set, or, to set one, until no batch is under way.</summary>
    public Task LockBudgetsAsync(bool isExclusive) => sabotage == Sabotage.NoTableLock ? Task.CompletedTask : _budgets.AcquireAsync(isExclusive);

    public void UnlockBudgets(bool isExclusive)
    {
        if (sabotage != Sabotage.NoTableLock)
        {
            _budgets.Release(isExclusive);
        }
    }

    /// <summary>Loads what a batch asks for. The locks are held.</summary>
    public BatchState Load(BatchRequest request, IReadOnlyCollection<string> budgets, DateTimeOffset early)
    {
        var state = BatchTables.Load(Tables, request, budgets, sabotage == Sabotage.EarlyClock ? early : Clock.Read());
        return sabotage switch
        {
            Sabotage.ForgetOperations => state with { Entries = [] },
            Sabotage.ForgetAccounts => state with { Budgets = [.. state.Budgets.Where(budget => !budget.Owner.StartsWith("account:", StringComparison.Ordinal))] },
            Sabotage.IgnoreRevocation => state with { Keys = [.. state.Keys.Select(key => key with { RevokedAt = null })] },
            _ => state,
        };
    }

    /// <summary>Commits a batch, and looks whether it may be so.</summary>
    public void Commit(BatchRequest request, BatchState state, BatchChanges changes)
    {
        Audit.Before(Tables, request, state, changes);
        if (!Is(Sabotage.DropCommit))
        {
            BatchTables.Save(Tables, changes, withLedger: !Is(Sabotage.HalfCommit), withClosedHolds: !Is(Sabotage.KeepHolds));
            if (Is(Sabotage.CommitTwice))
            {
                BatchTables.Save(Tables, changes);
            }
        }

        Audit.After(Tables, state, changes);
    }

    /// <summary>Runs one statement that is a transaction of its own.</summary>
    public T Execute<T>(Func<Tables, DateTimeOffset, T> statement) => statement(Tables, Clock.Read());

    public bool KeepsSecrets => sabotage == Sabotage.KeepSecrets;
}
