using System.Globalization;
using AgentKey.Postgres;
using AgentKey.TestSupport;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>The same work on a small database and on a large one, turn by turn: 1,000 of its keys, 64 callers.</summary>
internal static class ScaleBenchmark
{
    private const int Active = 1_000;
    private const int Callers = 64;
    private const int Turns = 3;

    public static async Task RunAsync(TimeSpan duration)
    {
        var server = await PostgresServer.GetAsync();
        Population[] populations = [new(1_000, 10_000), new(1_000_000, 10_000_000)];
        var targets = new List<(Population Population, LibraryTarget Target)>();
        foreach (var population in populations)
        {
            var database = await server.CreateDatabaseAsync();
            var target = await LibraryTarget.CreateAsync("AgentKey, Postgres", PostgresKeyStore.Open(database), Active, keysAbove: 2);
            await population.FillAsync(database);
            targets.Add((population, target));
            Console.Error.WriteLine($"{population}: filled");
        }

        var measurements = new List<(Population Population, Measurement Measurement)>();
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var (population, target) in targets)
            {
                measurements.Add((population, await Measurement.RunAsync(target, Active, Callers, duration)));
            }
        }

        Print(measurements);
        foreach (var (_, target) in targets)
        {
            await target.DisposeAsync();
        }
    }

    private static void Print(List<(Population Population, Measurement Measurement)> measurements)
    {
        var table = new Table().AddColumns("database", "charges/s, median", "x small", "p50 ms", "p99 ms");
        var medians = measurements.GroupBy(one => one.Population, one => one.Measurement)
            .Select(group => (Population: group.Key, Median: group.OrderBy(one => one.PerSecond).ElementAt(Turns / 2)))
            .ToArray();
        foreach (var (population, median) in medians)
        {
            table.AddRow(
                population.ToString(),
                median.PerSecond.ToString("N0", CultureInfo.InvariantCulture),
                Report.Format(median.PerSecond / medians[0].Median.PerSecond),
                Report.Format(median.P50),
                Report.Format(median.P99));
        }

        AnsiConsole.Write(table);
    }
}
