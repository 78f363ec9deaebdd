using System.ComponentModel;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>One tool of each shape, each at a price of its own.</summary>
[Description("Tools that do what the test says")]
public sealed class WorkTools(Work work)
{
    [AgentScope("work.run"), Cost(15)]
    [Description("Runs")]
    [return: Description("The text, longer")]
    public async Task<string> RunAsync(
        [Description("Any text")] string text, string? suffix = "!", DayOfWeek day = DayOfWeek.Friday, CancellationToken cancellationToken = default)
    {
        await work.RunAsync(cancellationToken);
        return $"{text}{suffix} {day}";
    }

    [AgentScope("work.count"), Cost(1)]
    public int Count(params string[] words)
    {
        work.Enter();
        return words.Length;
    }

    [AgentScope("work.touch"), Cost(2)]
    public void Touch() => work.Enter();

    [AgentScope("work.step"), Cost(3)]
    public Task StepAsync(CancellationToken cancellationToken) => work.RunAsync(cancellationToken);

    [AgentScope("work.quick-step"), Cost(4)]
    public async ValueTask QuickStepAsync() => await work.RunAsync(CancellationToken.None);

    [AgentScope("work.pair"), Cost(5)]
    public async ValueTask<(string? Name, int Length)> PairAsync(string? name)
    {
        await work.RunAsync(CancellationToken.None);
        return (name, name?.Length ?? 0);
    }

    [AgentScope("work.free")]
    public void Free() => work.Enter();
}
