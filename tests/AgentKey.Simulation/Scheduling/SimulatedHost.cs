namespace AgentKey.Simulation.Scheduling;

/// <summary>One life of one process: when it is killed, nothing of it ever runs again, and what it had in memory is gone.</summary>
internal sealed class SimulatedHost(EventLoop loop, string name) : IHost
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMicroseconds(200);

    private int _operations;

    public string Name { get; } = name;

    public bool IsDead { get; private set; }

    public TimeProvider Timers => new VirtualTimeProvider(loop, this);

    /// <summary>Threads start when they like: work that was posted later may run earlier.</summary>
    public void Post(IThreadPoolWorkItem work, bool isAnswer) => loop.Schedule(loop.UpTo(LongestWait), work.Execute, this);

    public string NewOperationId() => $"{Name}-{++_operations}";

    public void Kill() => IsDead = true;
}
