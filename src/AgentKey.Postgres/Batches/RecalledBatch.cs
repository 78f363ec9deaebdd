using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Batches;

/// <summary>
/// A batch in one round trip: decided on remembered rows, and saved only if the database, with the rows locked, finds
/// each of them as it was remembered, and its clock where no other decision would come out.
/// </summary>
internal sealed class RecalledBatch(Func<BatchStatements> newStatements, RowMemory memory)
{
    /// <summary>Whether an error says that the batch has to be decided anew, on locked rows.</summary>
    public static bool IsOutdated(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidTextRepresentation => error.MessageText.Contains(RecalledSql.Outdated, StringComparison.Ordinal),

        // Rows that another batch had locked before, or an entry that is there already.
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation => true,
        _ => false,
    };

    /// <summary>Runs the batch, unless its decisions depend on more than can be verified.</summary>
    /// <returns>Whether it was committed; when not, nothing was sent.</returns>
    /// <exception cref="PostgresException">Nothing was saved; <see cref="IsOutdated"/> says whether for a remembered row's sake.</exception>
    public async Task<bool> TryRunAsync(
        BatchRequest request, Recollection recalled, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        var changes = decide(recalled.State);
        if (!recalled.IsVerifiedBy(changes))
        {
            return false;
        }

        await using var statements = newStatements();
        statements.Begin();
        statements.SaveUnchanged(recalled, request, changes);
        statements.Commit();
        await using var reader = await statements.ReadAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var mark = (await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadMark, cancellationToken).ConfigureAwait(false))[0];
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
            // What fails, fails here: the reader stands before the commit until it has passed every result.
        }

        memory.Learn(recalled.State, recalled.Versions, changes, mark);
        return true;
    }
}
