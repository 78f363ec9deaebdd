using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>A batch in two round trips: lock, load and read the clock; then save and commit.</summary>
internal sealed class LockedBatch(Func<BatchStatements> newStatements, long largestUsedCents, RowMemory memory)
{
    public async Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        var (state, versions, mark) = await LoadAsync(request, cancellationToken).ConfigureAwait(false);
        var changes = decide(state);
        while (changes.NeedsExpiredOf.Count > 0)
        {
            state = await LoadExpiredAsync(state, changes.NeedsExpiredOf, cancellationToken).ConfigureAwait(false);
            changes = decide(state);
        }

        await SaveAsync(changes, cancellationToken).ConfigureAwait(false);
        memory.Learn(state, versions, changes, mark);
    }

    private async Task<(BatchState State, IReadOnlyDictionary<string, uint> Versions, BatchMark Mark)> LoadAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        await using var statements = newStatements();
        statements.Begin();
        statements.Lock(request);
        await using var reader = await statements.ReadAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var keys = await PostgresRows.ReadAllAsync(reader, row => (Key: PostgresRows.ReadKey(row), Version: PostgresRows.Version(row, 24)), cancellationToken).ConfigureAwait(false);
        var budgets = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadBudget, cancellationToken).ConfigureAwait(false);
        var entries = request.Lookups.Count > 0 ? await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadEntry, cancellationToken).ConfigureAwait(false) : [];
        var holds = request.Holds.Count > 0 ? await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadHold, cancellationToken).ConfigureAwait(false) : [];
        var mark = (await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadMark, cancellationToken).ConfigureAwait(false))[0];
        var state = new BatchState
        {
            Now = mark.Now,
            Keys = keys.ConvertAll(row => row.Key),
            Budgets = budgets,
            Entries = entries,
            Holds = holds,
            LargestUsedCents = largestUsedCents,
        };
        return (state, keys.ToDictionary(row => row.Key.Id, row => row.Version, StringComparer.Ordinal), mark);
    }

    private async Task<BatchState> LoadExpiredAsync(BatchState state, IReadOnlyCollection<string> budgets, CancellationToken cancellationToken)
    {
        await using var statements = newStatements();
        statements.LoadExpired(budgets, state.Now);
        await using var reader = await statements.ReadAsync(cancellationToken).ConfigureAwait(false);
        var expired = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadHold, cancellationToken).ConfigureAwait(false);
        return state with { ExpiredOf = state.ExpiredOf.Concat(budgets).ToHashSet(StringComparer.Ordinal), Expired = [.. state.Expired, .. expired] };
    }

    private async Task SaveAsync(BatchChanges changes, CancellationToken cancellationToken)
    {
        await using var statements = newStatements();
        statements.Save(changes);
        statements.Commit();
        await statements.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }
}
