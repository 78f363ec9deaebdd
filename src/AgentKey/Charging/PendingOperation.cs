namespace AgentKey.Charging;

/// <summary>An operation that waits for its batch. Its caller goes on elsewhere: a lane must not execute its callers' code between two batches.</summary>
internal sealed class PendingOperation(KeyOperation operation, IHost host, CancellationToken cancellationToken) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<OperationResult> _completion = new();
    private OperationResult _result;
    private Exception? _fault;

    public KeyOperation Operation { get; private set; } = operation;

    public Task<OperationResult> Result => _completion.Task;

    /// <summary>Whether the caller gave up before anything was asked of the store.</summary>
    public bool TryAbandon()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        Fail(new OperationCanceledException(cancellationToken));
        return true;
    }

    /// <summary>An attempt ended without an answer: the next one has to ask the ledger first.</summary>
    /// <param name="decidedAt">The store's time at which the attempt was decided; null when it did not come so far.</param>
    public void MayHaveHappened(DateTimeOffset? decidedAt) => Operation = Operation with { MayRepeat = true, DecidedAt = decidedAt };

    public void Complete(OperationResult result)
    {
        _result = result;
        host.Post(this, isAnswer: true);
    }

    public void Fail(Exception fault)
    {
        _fault = fault;
        host.Post(this, isAnswer: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        switch (_fault)
        {
            case null:
                _completion.SetResult(_result);
                break;
            case OperationCanceledException cancelled:
                _completion.SetCanceled(cancelled.CancellationToken);
                break;
            default:
                _completion.SetException(_fault);
                break;
        }
    }
}
