using AgentKey.Simulation.Scheduling;

namespace AgentKey.Simulation.Stores;

/// <summary>Row locks, handed on in the order in which they were asked for.</summary>
internal sealed class RowLocks(EventLoop loop)
{
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _held = new(StringComparer.Ordinal);

    public async Task AcquireAsync(string row)
    {
        if (!_held.TryGetValue(row, out var waiting))
        {
            _held.Add(row, new Queue<TaskCompletionSource>());
            return;
        }

        var turn = new TaskCompletionSource();
        waiting.Enqueue(turn);
        await turn.Task;
    }

    public void Release(string row)
    {
        if (_held[row].TryDequeue(out var next))
        {
            loop.Schedule(TimeSpan.Zero, next.SetResult);
        }
        else
        {
            _held.Remove(row);
        }
    }
}
