using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>Tells the rows of a batch that somebody keeps locked from those that another batch has locked for an instant. Keeps none locked itself.</summary>
internal sealed class LockedRows(Func<BatchStatements> newStatements)
{
    private const int Looks = 10;

    // Longer than a batch takes that nothing stops.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Those of <see cref="BatchRequest.LockedBefore"/> whose rows are locked now: who shares the batch shall not wait for another look.</summary>
    public Task<HashSet<string>> FindStillAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        string[] keyIds = [.. request.KeyIds.Where(id => request.LockedBefore.Contains("key:" + id))];
        return LookAsync(request with { KeyIds = keyIds, BudgetOwners = [.. request.LockedBefore] }, cancellationToken);
    }

    /// <summary>The owners of the rows that were locked each time that they were looked for.</summary>
    public async Task<HashSet<string>> FindAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        var locked = await LookAsync(request, cancellationToken).ConfigureAwait(false);
        for (var look = 1; look < Looks && locked.Count > 0; look++)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            locked.IntersectWith(await LookAsync(request, cancellationToken).ConfigureAwait(false));
        }

        return locked;
    }

    private async Task<HashSet<string>> LookAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        await using var statements = newStatements();
        statements.Begin();
        statements.FindLocked(request);
        statements.RollBack();
        await using var reader = await statements.ReadAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return [.. await PostgresRows.ReadAllAsync(reader, row => row.GetString(0), cancellationToken).ConfigureAwait(false)];
    }
}
