using AgentKey;
using AgentKey.Keys;
using Spectre.Console;

namespace CappedKernel;

/// <summary>Shows what each key has spent while its agent works: a live table on a terminal, lines in a log.</summary>
internal static class LiveView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static async Task WatchAsync(AgentKeys keys, IReadOnlyList<KeyInfo> team, Task work)
    {
        if (Console.IsOutputRedirected)
        {
            await UntilDoneAsync(work, async () => Console.WriteLine("  " + string.Join("   ", (await ReadAsync(keys, team)).Select(key => $"{key.Name} {key.Spent} of {key.Budget!.Cap}"))));
        }
        else
        {
            await AnsiConsole.Live(Table(await ReadAsync(keys, team))).StartAsync(live =>
                UntilDoneAsync(work, async () => live.UpdateTarget(Table(await ReadAsync(keys, team)))));
        }

        await work;
    }

    private static async Task UntilDoneAsync(Task work, Func<Task> show)
    {
        while (!work.IsCompleted)
        {
            await show();
            await Task.WhenAny(work, Task.Delay(Interval));
        }

        await show();
    }

    private static async Task<IReadOnlyList<KeyInfo>> ReadAsync(AgentKeys keys, IReadOnlyList<KeyInfo> team) =>
        await Task.WhenAll(team.Select(async key => (await keys.FindAsync(key.Id))!));

    private static Table Table(IReadOnlyList<KeyInfo> team)
    {
        var table = new Table().AddColumns("key", "spent", "left", "");
        foreach (var key in team)
        {
            table.AddRow(key.Name, key.Spent.ToString(), key.Remaining.ToString()!, new string('█', (int)(30 * key.Spent.MicroCents / key.Budget!.Cap.MicroCents)));
        }

        return table;
    }
}
