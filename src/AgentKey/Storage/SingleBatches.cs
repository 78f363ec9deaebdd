namespace AgentKey.Storage;

/// <summary>The series of a store that keeps nothing between two batches.</summary>
internal sealed class SingleBatches(IKeyStore store) : IBatchSeries
{
    public Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken) =>
        store.RunBatchAsync(request, decide, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
