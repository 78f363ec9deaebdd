using AgentKey.Simulation.Scheduling;

namespace AgentKey.Simulation.Stores;

/// <summary>A table's lock: any number of batches at once, or one statement that nobody may see half of. First come, first served.</summary>
internal sealed class TableLock(EventLoop loop)
{
    private readonly Queue<(TaskCompletionSource Turn, bool IsExclusive)> _waiting = new();
    private int _shared;
    private bool _isExclusive;

    public Task AcquireAsync(bool isExclusive)
    {
        var turn = new TaskCompletionSource();
        _waiting.Enqueue((turn, isExclusive));
        HandOn();
        return turn.Task;
    }

    public void Release(bool isExclusive)
    {
        if (isExclusive)
        {
            _isExclusive = false;
        }
        else
        {
            _shared--;
        }

        HandOn();
    }

    private void HandOn()
    {
        while (_waiting.TryPeek(out var next) && !_isExclusive && (!next.IsExclusive || _shared == 0))
        {
            _waiting.Dequeue();
            _isExclusive = next.IsExclusive;
            _shared += next.IsExclusive ? 0 : 1;
            loop.Schedule(TimeSpan.Zero, next.Turn.SetResult);
        }
    }
}
