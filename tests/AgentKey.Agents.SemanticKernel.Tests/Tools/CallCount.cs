namespace AgentKey.Agents.SemanticKernel.Tests.Tools;

/// <summary>How many tool bodies began to run. The only witness that a refused call did nothing.</summary>
public sealed class CallCount
{
    private int _bodies;

    public int Bodies => _bodies;

    public void Begin() => Interlocked.Increment(ref _bodies);
}
