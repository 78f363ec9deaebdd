using AgentKey;
using Spectre.Console;

namespace QuickStart;

/// <summary>Shows what each key has spent while its agent works: a live table on a terminal, lines in a log.</summary>
internal static class LiveView
{
    public static async Task WatchAsync(AgentKeys keys, IReadOnlyList<Agent> agents, Task work)
    {
        if (Console.IsOutputRedirected)
        {
            await PrintUntilDoneAsync(keys, agents, work);
        }
        else
        {
            await AnsiConsole.Live(await TableAsync(keys, agents)).StartAsync(async live =>
            {
                await UntilDoneAsync(work, async () => live.UpdateTarget(await TableAsync(keys, agents)));
            });
        }

        await work;
    }

    private static Task PrintUntilDoneAsync(AgentKeys keys, IReadOnlyList<Agent> agents, Task work) => UntilDoneAsync(work, async () =>
    {
        foreach (var agent in agents)
        {
            var key = (await keys.FindAsync(agent.Key.Id))!;
            Console.WriteLine($"  {agent.Name}: {key.Spent} of {key.Budget!.Cap} spent");
        }
    });

    private static async Task UntilDoneAsync(Task work, Func<Task> show)
    {
        while (!work.IsCompleted)
        {
            await show();
            await Task.WhenAny(work, Task.Delay(500));
        }

        await show();
    }

    private static async Task<Table> TableAsync(AgentKeys keys, IReadOnlyList<Agent> agents)
    {
        var table = new Table().AddColumns("agent", "spent", "left", "");
        foreach (var agent in agents)
        {
            var key = (await keys.FindAsync(agent.Key.Id))!;
            var bar = new string('█', (int)(30 * key.Spent.MicroCents / key.Budget!.Cap.MicroCents));
            table.AddRow(agent.Name, key.Spent.ToString(), key.Remaining.ToString()!, bar);
        }

        return table;
    }
}
