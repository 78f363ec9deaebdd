namespace AgentKey.Storage;

/// <summary>
/// Batches that are run one after another. A store may keep between two of them what it would otherwise get anew for
/// each, e.g. a connection, and the statements that are prepared there.
/// </summary>
/// <remarks>For one caller at a time. Ended, by disposing it, as soon as there is nothing to run.</remarks>
public interface IBatchSeries : IAsyncDisposable
{
    /// <summary>Runs the next batch, as <see cref="IKeyStore.RunBatchAsync"/> does. One that fails does not end the series.</summary>
    Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken);
}
