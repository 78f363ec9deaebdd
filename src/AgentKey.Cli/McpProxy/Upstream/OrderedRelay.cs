using Microsoft.Extensions.Logging;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Hands messages on one after the other, in the order in which they came. Safe for any number of threads.</summary>
internal sealed partial class OrderedRelay(ILogger logger)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Completes when all that was added before is handed on, or could not be.</summary>
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

    private async Task AfterAsync(Task earlier, Func<Task> send)
    {
        // Whoever adds is reading the wire, which must go on.
        await Task.Yield();
        await earlier;
        try
        {
            await send();
        }
        catch (Exception fault)
        {
            // Whatever it is: whoever waits for later ones, or for the result after them, has no part in it.
            LogLost(fault);
        }
    }

    [LoggerMessage(3007, LogLevel.Warning, "A notification could not be handed on, and is left out")]
    private partial void LogLost(Exception exception);
}
