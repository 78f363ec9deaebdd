using System.Diagnostics;
using AgentKey.Agents;
using AgentKey.AspNetCore;
using AgentKey.Postgres;
using AgentKey.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace AgentKey.Benchmarks;

/// <summary>How long the dashboard's pages take on a large database, over HTTP on one connection.</summary>
internal static class DashboardBenchmark
{
    private const int Times = 9;

    private static readonly (string Name, string Path)[] Pages =
    [
        ("first page", ""), ("a page further on", "?q=&after=50000"), ("search, found", "?q=account-77"), ("search, not found", "?q=nobody"),
        ("one key, nothing charged", "keys/50000"), ("spending of 30 days by tool", "spending.json?by=tool"), ("spending of one key", "spending.json?by=tool&key=key-50000"),
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
        var table = new Table().AddColumns("page", "median ms", "slowest ms");
        // Filling leaves pages to write and code to compile, which is not what a page costs.
        foreach (var (_, path) in Pages)
        {
            await client.GetStringAsync(path);
        }

        foreach (var (name, path) in Pages)
        {
            var durations = new List<TimeSpan>();
            for (var i = 0; i < Times; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetStringAsync(path);
                durations.Add(Stopwatch.GetElapsedTime(started));
            }

            durations.Sort();
            table.AddRow(name, Report.Format(Report.Milliseconds(durations[Times / 2])), Report.Format(Report.Milliseconds(durations[^1])));
        }

        AnsiConsole.Write(table);
    }
}
