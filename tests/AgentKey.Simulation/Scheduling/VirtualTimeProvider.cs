namespace AgentKey.Simulation.Scheduling;

/// <summary>Timers that fire in virtual time.</summary>
internal sealed class VirtualTimeProvider(EventLoop loop, SimulatedHost owner) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(loop, owner, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public override DateTimeOffset GetUtcNow() => throw new NotSupportedException("A process's clock decides nothing about money.");

    private sealed class VirtualTimer(EventLoop loop, SimulatedHost owner, Action callback) : ITimer
    {
        private ScheduledEvent? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Cancel();
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : loop.Schedule(dueTime, callback, owner);
            return true;
        }

        public void Dispose() => _next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
