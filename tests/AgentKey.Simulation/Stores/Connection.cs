using AgentKey.Budgets;
using AgentKey.Simulation.Scheduling;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>How a request reaches the database, and whether its answer comes back.</summary>
internal sealed class Connection(Database database, EventLoop loop, SimulatedHost host)
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <summary>One statement that is a transaction of its own.</summary>
    public async Task<T> ExecuteAsync<T>(
        string what, string[] rows, Func<Tables, DateTimeOffset, T> statement, CancellationToken cancellationToken, bool locksBudgets = false)
    {
        var result = default(T)!;
        await AskAsync(
            what,
            async request =>
            {
                await loop.DelayAsync(request.Fault == Fault.Hang ? Hang : TimeSpan.Zero);
                await (locksBudgets ? database.LockBudgetsAsync(isExclusive: true) : database.LockAsync(rows));
                try
                {
                    if (request.Arrives && !(request.IsAbandoned && loop.Chance(50)))
                    {
                        result = database.Execute(statement);
                    }
                }
                finally
                {
                    Unlock(rows, locksBudgets);
                }
            },
            cancellationToken);
        return result;
    }

    /// <summary>One batch: locks and loads, lets the process decide, saves and commits.</summary>
    public Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken) =>
        AskAsync($"batch {string.Join(',', request.KeyIds)}", sent => ServeAsync(sent, request, decide), cancellationToken);

    private async Task ServeAsync(SentRequest sent, BatchRequest request, Func<BatchState, BatchChanges> decide)
    {
        var early = database.Clock.Read();
        string[] keys = [.. request.KeyIds.Select(BudgetOwner.OfKey).Order(StringComparer.Ordinal)];
        await database.LockAsync(keys);
        await database.LockBudgetsAsync(isExclusive: false);
        string[] budgets = [.. database.Tables.Budgets.Values.Where(budget => request.BudgetOwners.Contains(budget.Owner)).Select(budget => SimulatedStore.BudgetRow(budget.Owner, budget.Name))];
        await database.LockAsync(budgets);
        try
        {
            if (sent.IsAbandoned)
            {
                return;
            }

            var state = database.Load(request, budgets, early);
            var changes = decide(state);
            while (changes.NeedsExpiredOf.Count > 0)
            {
                await loop.DelayAsync(loop.UpTo(Latency));
                if (sent.IsAbandoned)
                {
                    return;
                }

                state = BatchTables.LoadExpired(database.Tables, state, changes.NeedsExpiredOf);
                changes = decide(state);
            }

            // From here on the commit is on its way: a process that dies or gives up now no longer stops it for sure.
            await loop.DelayAsync(sent.Fault == Fault.Hang ? Hang : loop.UpTo(Latency));
            if (sent.Arrives && !(sent.IsAbandoned && loop.Chance(50)))
            {
                Write(state, changes);
                database.Commit(request, state, changes);
            }
        }
        finally
        {
            database.Unlock(budgets);
            database.UnlockBudgets(isExclusive: false);
            database.Unlock(keys);
        }
    }

    private void Unlock(string[] rows, bool locksBudgets)
    {
        if (locksBudgets)
        {
            database.UnlockBudgets(isExclusive: true);
        }
        else
        {
            database.Unlock(rows);
        }
    }

    private void Write(BatchState state, BatchChanges changes)
    {
        loop.Write($"{host.Name} commits at {state.Now:O}");
        foreach (var entry in changes.Entries)
        {
            loop.Write($"  {entry.Kind} {entry.OperationId} of {entry.Budget ?? entry.KeyId}: {entry.AmountMicroCents} to {entry.BalanceMicroCents} of {entry.RefersTo}");
        }
    }

    private async Task AskAsync(string what, Func<SentRequest, Task> serve, CancellationToken cancellationToken)
    {
        loop.AssertOnThread();
        var sent = new SentRequest(database.Faults.Next(), host);
        loop.Write($"{host.Name} asks {what}{(sent.Fault == Fault.None ? "" : " " + sent.Fault)}");
        RunAsync(sent, serve);
        using var _ = cancellationToken.Register(() => sent.GiveUp(cancellationToken));
        await sent.Answer;
    }

    private async void RunAsync(SentRequest sent, Func<SentRequest, Task> serve)
    {
        try
        {
            await loop.DelayAsync(loop.UpTo(Latency));
            if (sent.Fault != Fault.Unreachable)
            {
                await serve(sent);
            }

            loop.Schedule(loop.UpTo(Latency), sent.Reply, host);
        }
        catch (Exception failure)
        {
            loop.Fail(failure);
        }
    }
}
