namespace AgentKey.Agents.Tests.Tools;

/// <summary>Tools that do not say what they return.</summary>
public sealed class UntypedTools(Func<CancellationToken, object?> work) : UntypedBase<object?>(work)
{
    [AgentScope("work.anything"), Cost(5)]
    public object? Anything(CancellationToken cancellationToken = default) => Work(cancellationToken);

    [AgentScope("work.dynamic"), Cost(5)]
    public dynamic? Dynamic(CancellationToken cancellationToken = default) => Work(cancellationToken);

    [AgentScope("work.later"), Cost(5)]
    public async Task<object?> LaterAsync(CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return Work(cancellationToken);
    }

    [AgentScope("work.done"), Cost(5)]
    public Task<object?> DoneAsync(CancellationToken cancellationToken = default) => Task.FromResult(Work(cancellationToken));

    [AgentScope("work.held"), Cost(UpTo = 40)]
    public object? Held(CancellationToken cancellationToken = default) => Work(cancellationToken);
}

public abstract class UntypedBase<T>(Func<CancellationToken, T> work)
{
    protected Func<CancellationToken, T> Work => work;

    [AgentScope("work.inherited"), Cost(5)]
    public T Inherited(CancellationToken cancellationToken = default) => Work(cancellationToken);
}
