namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Hands messages on one after the other, in the order in which they came. Safe for any number of threads.</summary>
internal sealed class OrderedRelay
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Completes when all that was added before is handed on, with the fault of the first that could not be.</summary>
    public Task Drained
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>Adds a message, without waiting for it.</summary>
    public void Add(Func<Task> send)
    {
        lock (_lock)
        {
            _last = AfterAsync(_last, send);
        }
    }

    private static async Task AfterAsync(Task earlier, Func<Task> send)
    {
        // Whoever adds is reading the wire, which must go on.
        await Task.Yield();
        await earlier;
        await send();
    }
}
