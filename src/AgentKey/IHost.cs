namespace AgentKey;

/// <summary>What the process around the library gives it. The simulation has its own, in which a seed decides everything.</summary>
internal interface IHost
{
    /// <summary>The timers of time-outs. Never asked what time it is.</summary>
    TimeProvider Timers { get; }

    /// <summary>Runs work on another stack, soon.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isAnswer">Whether a caller waits for it: answers go before new batches.</param>
    void Post(IThreadPoolWorkItem work, bool isAnswer);

    /// <summary>An id that no operation had before.</summary>
    string NewOperationId();
}
