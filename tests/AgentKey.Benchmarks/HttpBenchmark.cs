using System.Globalization;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>
/// A minimal-API endpoint on Kestrel, unguarded, behind a key, and behind a price; and the library's own part of the
/// latter two, without HTTP, so that one can see where the added time goes. Clients and server share the process.
/// </summary>
internal static class HttpBenchmark
{
    public static async Task RunAsync(IReadOnlyList<string> stores, IReadOnlyList<int> clients, TimeSpan duration, TimeSpan warmUp)
    {
        var table = new Table().AddColumns("store", "what", "clients", "requests/s", "p50 ms", "p99 ms", "added p50", "added p99");
        foreach (var store in stores)
        {
            await using var application = await HttpApplication.StartAsync((await FreshStore.CreateAsync(store)).Open());
            foreach (var callers in clients)
            {
                Measurement? free = null;
                foreach (var target in application.Targets())
                {
                    var one = await Measurement.RunAsync(target, 1, callers, duration, warmUp);
                    free ??= one;
                    Console.Error.WriteLine($"{store}, {target.Name}, {callers} clients: done");
                    table.AddRow(
                        store, one.Target, $"{callers}", one.PerSecond.ToString("N0", CultureInfo.InvariantCulture),
                        Report.Format(one.P50), Report.Format(one.P99), Added(one.P50, free.P50), Added(one.P99, free.P99));
                }
            }
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }

    private static string Added(TimeSpan span, TimeSpan free) => span <= free ? "" : $"+{Report.Format(span - free)}";
}
