using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Batches;

/// <summary>
/// One transaction: in one round trip when the rows are remembered and still are as they were, in two when they have to
/// be locked and loaded first. Row locks are taken in id order, so that no two batches can wait for each other.
/// </summary>
internal sealed class PostgresBatch(NpgsqlConnection connection, KeysTable table, BatchSql sql, RowMemory memory, bool isPrepared)
{
    public async Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        if (request.LockedBefore.Count > 0)
        {
            await RequireNoneAsync(rows => rows.FindStillAsync(request, cancellationToken), null).ConfigureAwait(false);
        }

        BatchChanges Decide(BatchState state) => table.Fit(decide(state));
        try
        {
            if (memory.Recall(request, table.LargestUsedCents) is not { } recalled || !await TryRunAsync(request, recalled, Decide, cancellationToken).ConfigureAwait(false))
            {
                await new LockedBatch(NewStatements, table.LargestUsedCents, memory).RunAsync(request, Decide, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            // It may have been committed all the same.
            memory.Forget(request);
            await RollBackIfOpenAsync().ConfigureAwait(false);
            if (fault is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled } late)
            {
                // The limit of a statement ends its wait for a lock, too; in which order they fire Postgres does not promise.
                await RequireNoneAsync(rows => rows.FindAsync(request, cancellationToken), late).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <exception cref="StoreUnavailableException">Somebody keeps a row locked.</exception>
    private async Task RequireNoneAsync(Func<LockedRows, Task<HashSet<string>>> find, PostgresException? late)
    {
        try
        {
            if (await find(new LockedRows(NewStatements)).ConfigureAwait(false) is { Count: > 0 } owners)
            {
                throw new StoreUnavailableException("Another transaction has locked a row that the call needs.", late) { LockedOwners = owners };
            }
        }
        catch (Exception fault) when (fault is not StoreUnavailableException)
        {
            await RollBackIfOpenAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> TryRunAsync(
        BatchRequest request, Recollection recalled, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        try
        {
            return await new RecalledBatch(NewStatements, memory).TryRunAsync(request, recalled, decide, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refusal) when (RecalledBatch.IsOutdated(refusal))
        {
            await RollBackAsync().ConfigureAwait(false);
            memory.Doubt(request);
            return false;
        }
    }

    private BatchStatements NewStatements() => new(connection, table, sql, isPrepared);

    // Without this the pool would hand on a connection that still holds our locks. A broken one holds none.
    private Task RollBackIfOpenAsync() => connection.State == System.Data.ConnectionState.Open ? RollBackAsync() : Task.CompletedTask;

    private async Task RollBackAsync()
    {
        await using var rollback = new NpgsqlCommand(BatchSql.RollBack, connection);
        await rollback.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
