using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>Prints measurements, each as a ratio of the baseline's with the same keys and callers.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measurement> measurements, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(new JsonObject { ["measurements"] = new JsonArray([.. measurements.Select(one => ToJson(one, BaselineOf(one, measurements)))]) });
            return;
        }

        var table = new Table().AddColumns("target", "keys", "callers", "charges/s", "x baseline", "p50 ms", "p99 ms", "p50 / baseline");
        foreach (var one in measurements)
        {
            var baseline = BaselineOf(one, measurements);
            table.AddRow(
                one.Target, $"{one.Keys}", $"{one.Callers}", one.PerSecond.ToString("N0", CultureInfo.InvariantCulture), Format(one.PerSecond / baseline.PerSecond),
                Format(one.P50), Format(one.P99), Format(Milliseconds(one.P50) / Milliseconds(baseline.P50)));
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }

    public static decimal Milliseconds(TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Milliseconds.</summary>
    public static string Format(TimeSpan span) => Format(Milliseconds(span));

    public static string Format(decimal value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static Measurement BaselineOf(Measurement one, IReadOnlyList<Measurement> all) =>
        all.First(other => other.Target.StartsWith("baseline", StringComparison.Ordinal) && other.Keys == one.Keys && other.Callers == one.Callers);

    private static JsonObject ToJson(Measurement one, Measurement baseline) => new()
    {
        ["target"] = one.Target,
        ["keys"] = one.Keys,
        ["callers"] = one.Callers,
        ["chargesPerSecond"] = decimal.Round(one.PerSecond, 1),
        ["timesBaseline"] = decimal.Round(one.PerSecond / baseline.PerSecond, 2),
        ["p50Milliseconds"] = decimal.Round(Milliseconds(one.P50), 3),
        ["p99Milliseconds"] = decimal.Round(Milliseconds(one.P99), 3),
        ["p50TimesBaseline"] = decimal.Round(Milliseconds(one.P50) / Milliseconds(baseline.P50), 2),
    };
}
