namespace AgentKey.Agents.Tests.Tools;

/// <summary>Counts what really ran, and lets a test decide what the running tool does.</summary>
public sealed class Work
{
    private int _runs;

    /// <summary>How often a tool's body was entered.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public Func<CancellationToken, Task> Body { get; set; } = _ => Task.CompletedTask;

    public void Enter() => Interlocked.Increment(ref _runs);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Enter();
        await Body(cancellationToken);
    }
}
