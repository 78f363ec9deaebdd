namespace AgentKey.Agents.Tests.Tools;

/// <summary>Tools that return a task: what the test puts there, or one that is done already.</summary>
public sealed class DoneTools
{
    private static readonly Task<string> Told = Task.FromResult("told");

    public Func<Task<string>> Body { get; set; } = () => Told;

    [AgentScope("work.ask"), Cost(3)]
    public Task<string> AskAsync(string question, CancellationToken cancellationToken) => Body();

    [AgentScope("work.ask"), Cost(3)]
    public Task<string> NameAsync() => Body();

    [AgentScope("work.ask"), Cost(3)]
    public static Task<string> TimeAsync() => Told;

    [AgentScope("work.ask"), Cost(2, Per = nameof(pages))]
    public Task<string> ReadAsync(int pages) => Body();

    [AgentScope("work.ask"), Cost(typeof(DonePrice))]
    public Task<string> QuoteAsync(long cents) => Body();
}
