using ModelContextProtocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Keeps a server that ends at once from being started without end: 1, 2, 4 … 30 seconds between two starts. Not thread-safe.</summary>
internal sealed class RestartPause(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _started;
    private TimeSpan _pause;

    /// <summary>Counts a start.</summary>
    /// <exception cref="McpException">It is too early for another one.</exception>
    public void Require()
    {
        var now = time.GetUtcNow();
        if (_started is not { } last)
        {
            _started = now;
            return;
        }

        if (now - last > Longest)
        {
            _pause = TimeSpan.Zero;
        }

        if (now - last < _pause)
        {
            throw new McpException($"The server behind the proxy ended. It is started again in {Math.Ceiling((_pause - (now - last)).TotalSeconds)} s.");
        }

        _started = now;
        _pause = _pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, Longest.Ticks));
    }
}
