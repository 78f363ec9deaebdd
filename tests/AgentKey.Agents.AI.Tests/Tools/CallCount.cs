namespace AgentKey.Agents.AI.Tests.Tools;

/// <summary>How often a tool's body has run.</summary>
public sealed class CallCount
{
    private int _count;

    public int Value => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}
