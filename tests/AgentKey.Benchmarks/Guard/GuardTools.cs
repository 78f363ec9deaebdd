using AgentKey.Agents;

namespace AgentKey.Benchmarks.Guard;

/// <summary>Tools that are done at once, in each shape that one can have.</summary>
public sealed class GuardTools
{
    private readonly Task<string> _answer = Task.FromResult("yes");
    private int _sum;

    [AgentScope("bench.call")]
    [Cost(1)]
    public int Add(int amount) => _sum += amount;

    [AgentScope("bench.call")]
    [Cost(1)]
    public ValueTask<int> AddAsync(int amount) => new(_sum += amount);

    [AgentScope("bench.call")]
    [Cost(1)]
    public Task StepAsync() => _answer;

    [AgentScope("bench.call")]
    [Cost(1)]
    public Task<string> AskAsync(string question) => _answer;
}
