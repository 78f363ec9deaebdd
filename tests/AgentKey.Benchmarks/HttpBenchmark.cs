using System.Globalization;
using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;
using AgentKey.TestSupport;
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
            await using var application = await HttpApplication.StartAsync(await OpenAsync(store));
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
                        Milliseconds(one.P50), Milliseconds(one.P99), Added(one.P50, free.P50), Added(one.P99, free.P99));
                }
            }
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }

    private static string Milliseconds(TimeSpan span) => Report.Format(Report.Milliseconds(span));

    private static string Added(TimeSpan span, TimeSpan free) => span <= free ? "" : $"+{Milliseconds(span - free)}";

    private static async Task<IKeyStore> OpenAsync(string store) => store switch
    {
        "postgres" => PostgresKeyStore.Open(await (await PostgresServer.GetAsync()).CreateDatabaseAsync()),
        "sqlite" => SqliteKeyStore.Open(Path.Combine(Directory.CreateTempSubdirectory("agentkey-bench-").FullName, "keys.db")),
        _ => throw new ArgumentException($"There is no store {store}; there are postgres and sqlite."),
    };
}
