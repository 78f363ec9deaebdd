using System.Collections;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>Tools whose work is done while somebody reads what they returned.</summary>
public sealed class LazyTools(Func<IEnumerable<int>?> work)
{
    [AgentScope("work.numbers"), Cost(5)]
    public IEnumerable<int>? Numbers() => work();

    [AgentScope("work.numbers-later"), Cost(5)]
    public async Task<IEnumerable<int>?> NumbersAsync()
    {
        await Task.Yield();
        return work();
    }

    [AgentScope("work.done"), Cost(5)]
    public Task<IEnumerable<int>?> DoneAsync() => Task.FromResult(work());

    [AgentScope("work.anything"), Cost(5)]
    public ValueTask<IEnumerable?> AnythingAsync() => new(work());

    [AgentScope("work.held"), Cost(UpTo = 40)]
    public IEnumerable<int>? Held() => work();
}
