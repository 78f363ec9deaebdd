namespace AgentKey;

/// <summary>The real process: its thread pool, its timers, its random generator.</summary>
internal sealed class ProcessHost : IHost
{
    private ProcessHost()
    {
    }

    public static ProcessHost Instance { get; } = new();

    public TimeProvider Timers => TimeProvider.System;

    // Off the caller's execution context: a lane outlives the call whose trace and culture it would inherit.
    public void Post(IThreadPoolWorkItem work, bool isAnswer) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: isAnswer);

    // Ordered by time, so that a new id lands at the end of the ledger's index.
    public string NewOperationId() => Guid.CreateVersion7().ToString("N");
}
