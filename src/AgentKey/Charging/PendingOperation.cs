namespace AgentKey.Charging;

/// <summary>An operation that waits for its batch.</summary>
internal sealed class PendingOperation(KeyOperation operation, CancellationToken cancellationToken)
{
    // Continuations run elsewhere: the lane must not execute its callers' code between two batches.
    private readonly TaskCompletionSource<OperationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KeyOperation Operation { get; } = operation;

    public Task<OperationResult> Result => _completion.Task;

    /// <summary>Whether the caller gave up before anything was asked of the store.</summary>
    public bool TryAbandon() => cancellationToken.IsCancellationRequested && _completion.TrySetCanceled(cancellationToken);

    public void Complete(OperationResult result) => _completion.TrySetResult(result);

    public void Fail(Exception fault) => _completion.TrySetException(fault);
}
