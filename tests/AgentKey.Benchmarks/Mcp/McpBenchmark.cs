using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AgentKey.Benchmarks.Mcp;

/// <summary>
/// One tool call over stateless Streamable HTTP on a plain SDK server, on a guarded one, and through the proxy. Clients and
/// servers share this process; the proxy has its own.
/// </summary>
internal static class McpBenchmark
{
    public static async Task RunAsync(IReadOnlyList<string> stores, IReadOnlyList<int> clients, TimeSpan duration, TimeSpan warmUp, bool isJson)
    {
        var rows = new List<Row>();
        foreach (var store in stores)
        {
            await using var servers = await McpServers.StartAsync(await FreshStore.CreateAsync(store));
            foreach (var callers in clients)
            {
                Measurement? plain = null;
                foreach (var connect in servers.Targets())
                {
                    await using var target = await connect(callers);
                    var one = await Measurement.RunAsync(target, callers, callers, duration, warmUp);
                    plain ??= one;
                    Console.Error.WriteLine($"{store}, {target.Name}, {callers} clients: done");
                    rows.Add(new Row(store, one, plain));
                }
            }
        }

        Print(rows, isJson);
    }

    private static void Print(IReadOnlyList<Row> rows, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(new JsonObject { ["measurements"] = new JsonArray([.. rows.Select(row => row.ToJson())]) });
            return;
        }

        var table = new Table().AddColumns("store", "server", "clients", "calls/s", "p50 ms", "p99 ms", "added p50", "added p99");
        foreach (var (store, one, plain) in rows)
        {
            table.AddRow(
                store, one.Target, $"{one.Callers}", one.PerSecond.ToString("N0", CultureInfo.InvariantCulture),
                Report.Format(one.P50), Report.Format(one.P99), Added(one, one.P50 - plain.P50, plain), Added(one, one.P99 - plain.P99, plain));
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }

    private static string Added(Measurement one, TimeSpan added, Measurement plain) => ReferenceEquals(one, plain) ? "" : Report.Format(added);

    private sealed record Row(string Store, Measurement One, Measurement Plain)
    {
        public JsonObject ToJson() => new()
        {
            ["store"] = Store,
            ["server"] = One.Target,
            ["clients"] = One.Callers,
            ["callsPerSecond"] = decimal.Round(One.PerSecond, 1),
            ["p50Milliseconds"] = Round(One.P50),
            ["p99Milliseconds"] = Round(One.P99),
            ["p50AddedMilliseconds"] = Round(One.P50 - Plain.P50),
            ["p99AddedMilliseconds"] = Round(One.P99 - Plain.P99),
        };

        private static decimal Round(TimeSpan span) => decimal.Round(Report.Milliseconds(span), 3);
    }
}
