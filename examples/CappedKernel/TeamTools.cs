using System.Collections.Concurrent;
using System.ComponentModel;
using AgentKey.Agents;
using Microsoft.SemanticKernel;

namespace CappedKernel;

/// <summary>What the supervisor can do: set its workers to work, each of which pays for itself, and wait for them.</summary>
public sealed class TeamTools(IReadOnlyList<Worker> workers)
{
    private readonly ConcurrentDictionary<string, Task<string>> _running = new(StringComparer.OrdinalIgnoreCase);

    [KernelFunction("assign"), Description("Sets a worker to work on a task."), AgentScope("team.assign"), Cost(1)]
    public string Assign([Description("The worker's name.")] string worker, [Description("The task.")] string task)
    {
        var chosen = workers.FirstOrDefault(candidate => string.Equals(candidate.Name, worker, StringComparison.OrdinalIgnoreCase));
        if (chosen is null)
        {
            return $"There is no worker {worker}. The workers are {string.Join(", ", workers.Select(candidate => candidate.Name))}.";
        }

        _running.GetOrAdd(chosen.Name, _ => chosen.WorkAsync(task));
        return $"{chosen.Name} is at work.";
    }

    [KernelFunction("collect"), Description("Waits for all workers and returns what they have."), AgentScope("team.collect"), Cost(1)]
    public async Task<string> CollectAsync(CancellationToken cancellationToken) =>
        string.Join('\n', await Task.WhenAll(_running.Values).WaitAsync(cancellationToken));
}
