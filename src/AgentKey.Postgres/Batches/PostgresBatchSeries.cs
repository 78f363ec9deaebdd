using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Batches;

/// <summary>
/// Batches on one connection. The pool hands its connections out in turn, so that each batch would come to another
/// backend, which has to plan the same statements, and to load the same catalog and pages, for itself.
/// </summary>
internal sealed class PostgresBatchSeries(PostgresKeyStore store) : IBatchSeries
{
    // A lane that never rests gives its connection back from time to time: whoever waits at a small pool shall have it.
    private const int MostOnOneConnection = 100;

    private NpgsqlConnection? _connection;
    private int _batchesOnIt;

    public async Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        if (_batchesOnIt == MostOnOneConnection || !store.IsStarted)
        {
            // To read the catalog takes a connection, too, and the pool may have no second one.
            await DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            _connection ??= await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            await store.RunBatchOnAsync(_connection, request, decide, cancellationToken).ConfigureAwait(false);
            _batchesOnIt++;
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var connection = _connection;
        _connection = null;
        _batchesOnIt = 0;
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
