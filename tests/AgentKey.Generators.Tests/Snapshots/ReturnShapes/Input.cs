using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;

namespace Demo;

public sealed class Shapes
{
    [AgentScope("shapes.count"), Cost(2)]
    public int Count(string text) => text.Length;

    [AgentScope("shapes.touch")]
    public void Touch()
    {
    }

    [AgentScope("shapes.task"), Cost(3)]
    public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [AgentScope("shapes.task-of"), Cost(4)]
    public Task<string?> FindAsync(string name, CancellationToken ct = default) => Task.FromResult<string?>(name);

    [AgentScope("shapes.value-task"), Cost(5)]
    public ValueTask StepAsync() => default;

    [AgentScope("shapes.value-task-of"), Cost(6)]
    public ValueTask<(int Total, List<string?> Names)> SumAsync() => new((1, new List<string?>()));
}
