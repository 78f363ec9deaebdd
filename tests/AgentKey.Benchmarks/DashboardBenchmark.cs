using System.Diagnostics;
using AgentKey.Agents;
using AgentKey.AspNetCore;
using AgentKey.Postgres;
using AgentKey.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>How long the dashboard's pages take on a large database, over HTTP on one connection.</summary>
internal static class DashboardBenchmark
{
    private const int Times = 9;

    private static readonly (string Name, string Path)[] Pages =
    [
        ("first page", ""), ("a page further on", "?q=&after=50000"), ("search, found", "?q=account-77"), ("search, not found", "?q=nobody"),
        ("one key, nothing charged", "keys/50000"), ("spending of 30 days by tool", "spending.json?by=tool"), ("spending of 30 days by key", "spending.json?by=key"),
        ("spending of one key", "spending.json?by=tool&key=key-50000"),
    ];

    public static async Task RunAsync(Population population)
    {
        var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAgentKeys(_ => PostgresKeyStore.Open(database));
        builder.Services.AddAuthorization();
        builder.Services.AddAgentKeyDashboard();
        await using var application = builder.Build();
        application.MapAgentKeyDashboard().RequireAuthorization(policy => policy.RequireAssertion(_ => true));
        await application.Services.GetRequiredService<AgentKeys>().MigrateAsync();
        await population.FillAsync(database);
        await application.StartAsync();
        Console.Error.WriteLine($"{population}: filled");

        using var client = new HttpClient { BaseAddress = new Uri($"{application.Urls.Single()}/agentkey/") };
        var table = new Table().AddColumns("page", "first ms", "median ms", "slowest ms");
        // Filling leaves pages to write and code to compile, and nobody has added the ledger up: not what a page costs later.
        var first = new Dictionary<string, TimeSpan>();
        foreach (var (_, path) in Pages)
        {
            first.Add(path, await MeasureAsync(client, path));
        }

        await CatchUpAsync(database, client);
        foreach (var (name, path) in Pages)
        {
            var durations = new List<TimeSpan>();
            for (var i = 0; i < Times; i++)
            {
                durations.Add(await MeasureAsync(client, path));
            }

            durations.Sort();
            table.AddRow(name, Report.Format(first[path]), Report.Format(durations[Times / 2]), Report.Format(durations[^1]));
        }

        AnsiConsole.Write(table);
    }

    // Each reader of a ledger that nobody looked at adds up a part of it.
    private static async Task CatchUpAsync(string database, HttpClient client)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var (started, readers, longest) = (Stopwatch.GetTimestamp(), 0, TimeSpan.Zero);
        while (await IsBehindAsync(source))
        {
            foreach (var by in new[] { "tool", "key" })
            {
                var took = await MeasureAsync(client, $"spending.json?by={by}");
                longest = took > longest ? took : longest;
                readers++;
            }
        }

        Console.Error.WriteLine($"sums complete after {readers} more readers, {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s in all, the longest {longest.TotalSeconds:N1} s");
    }

    private static async Task<TimeSpan> MeasureAsync(HttpClient client, string path)
    {
        var started = Stopwatch.GetTimestamp();
        await client.GetStringAsync(path);
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<bool> IsBehindAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT bool_or(upto < (SELECT max(sequence) FROM sdk_api_keys_ledger)) FROM sdk_api_keys_rollups");
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
