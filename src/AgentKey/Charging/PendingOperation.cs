namespace AgentKey.Charging;

/// <summary>An operation that waits for its batch.</summary>
internal sealed class PendingOperation(KeyOperation operation, IHost host, CancellationToken cancellationToken) : PendingAnswer<OperationResult>(host)
{
    public KeyOperation Operation { get; private set; } = operation;

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
    /// <param name="result">What it would have answered.</param>
    /// <param name="decidedAt">The store's time at which the attempt was decided; null when it did not come so far.</param>
    public void MayHaveHappened(OperationResult result, DateTimeOffset? decidedAt)
    {
        // Of two calls with one id only the one that paid may say later that the entry of this attempt is its own.
        var paidAt = result.Answer is SpendingAnswer { Denial: null, IsReplay: false } ? decidedAt : null;
        Operation = Operation with { MayRepeat = true, DecidedAt = paidAt is { } at ? [.. Operation.DecidedAt, at] : Operation.DecidedAt };
    }
}
