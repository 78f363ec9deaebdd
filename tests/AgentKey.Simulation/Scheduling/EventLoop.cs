using System.Runtime.ExceptionServices;

namespace AgentKey.Simulation.Scheduling;

/// <summary>
/// One thread, a queue of events by virtual time, and the only random generator: with one seed everything happens in one
/// order. Nothing waits for real; the next event is always at once.
/// </summary>
internal sealed class EventLoop(int seed, Trace trace)
{
    private readonly PriorityQueue<ScheduledEvent, (TimeSpan At, long Number)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _numbers;
    private Exception? _failure;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    public void Write(string line) => trace.Write(Now, line);

    /// <summary>Lets something happen after a while, unless its owner is dead by then.</summary>
    public ScheduledEvent Schedule(TimeSpan delay, Action action, SimulatedHost? owner = null)
    {
        AssertOnThread();
        var scheduled = new ScheduledEvent(action, owner);
        _queue.Enqueue(scheduled, (Now + delay, _numbers++));
        return scheduled;
    }

    /// <summary>A task that completes after a while.</summary>
    public Task DelayAsync(TimeSpan delay, SimulatedHost? owner = null)
    {
        var completion = new TaskCompletionSource();
        Schedule(delay, completion.SetResult, owner);
        return completion.Task;
    }

    /// <summary>A duration between nothing and <paramref name="most"/>.</summary>
    public TimeSpan UpTo(TimeSpan most) => TimeSpan.FromTicks(Random.NextInt64(most.Ticks + 1));

    public bool Chance(int percent) => Random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Random.Next(items.Count)];

    /// <summary>Ends the run with an error that happened where nobody waits for it.</summary>
    public void Fail(Exception failure) => _failure ??= failure;

    /// <summary>Runs events until none is left or a limit is reached.</summary>
    public void Run(long mostEvents)
    {
        while (mostEvents > 0 && _queue.TryDequeue(out var next, out var at))
        {
            if (next.IsCancelled || next.Owner is { IsDead: true })
            {
                continue;
            }

            mostEvents--;
            Now = at.At;
            next.Action();
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        if (mostEvents == 0)
        {
            throw new InvariantException("The run does not come to an end.");
        }
    }

    /// <summary>Code that escaped to another thread would run in an order that no seed decides.</summary>
    public void AssertOnThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvariantException("Something ran outside of the simulation.");
        }
    }
}
