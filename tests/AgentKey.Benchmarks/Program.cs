// dotnet run -c Release --project tests/AgentKey.Benchmarks [-- --json] [--seconds N] [--callers 1,8,64,512] [--keys 1,1000] [--target Postgres,SQLite,chain of 3,hold + settle]
//   -- scale [--seconds N]     the same work beside 10^6 other keys and 10^7 ledger entries
//   -- guard                   the generated guard alone, with a charge that is answered at once
//   -- dashboard [--keys 100000] [--entries 10000000]  the pages of the dashboard on a large database
//   -- agents [--seconds N]    a tool call, a model call and 64 agents, over the bare stack
//   -- http [--store postgres,sqlite] [--callers 1,32] [--seconds N] [--warm-up N]  what a price adds to an endpoint
//   -- mcp [--store postgres,sqlite] [--callers 1,32] [--seconds N] [--warm-up N] [--json]  what a guard, and the proxy, add to an MCP tool call
//   -- generator               what the source generator adds to a build and to a keystroke
//   -- memory [--seconds 600]  what the client process needs over time
using System.Globalization;
using AgentKey.Benchmarks;
using AgentKey.Benchmarks.Agents;
using AgentKey.Benchmarks.Guard;
using AgentKey.Benchmarks.Mcp;
using AgentKey.Storage;
using AgentKey.TestSupport;

switch (args)
{
    case ["scale", ..]:
        await ScaleBenchmark.RunAsync(TimeSpan.FromSeconds(Numbers("--seconds", "10")[0]));
        return;
    case ["guard", ..]:
        GuardBenchmark.Run();
        return;
    case ["dashboard", ..]:
        await DashboardBenchmark.RunAsync(new Population(Numbers("--keys", "100000")[0], Numbers("--entries", "10000000")[0]));
        return;
    case ["agents", ..]:
        await AgentsBenchmark.RunAsync(TimeSpan.FromSeconds(Numbers("--seconds", "8")[0]));
        return;
    case ["generator"]:
        GeneratorBenchmark.Run();
        return;
    case ["memory", ..]:
        await MemoryBenchmark.RunAsync(TimeSpan.FromSeconds(Numbers("--seconds", "600")[0]));
        return;
    case ["http", ..]:
        await HttpBenchmark.RunAsync(
            Words("--store", "postgres,sqlite"), Numbers("--callers", "1,32"), TimeSpan.FromSeconds(Numbers("--seconds", "5")[0]), TimeSpan.FromSeconds(Numbers("--warm-up", "6")[0]));
        return;
    case ["mcp", ..]:
        await McpBenchmark.RunAsync(
            Words("--store", "postgres,sqlite"), Numbers("--callers", "1,32"), TimeSpan.FromSeconds(Numbers("--seconds", "5")[0]),
            TimeSpan.FromSeconds(Numbers("--warm-up", "6")[0]), args.Contains("--json"));
        return;
}

var isJson = args.Contains("--json");
var duration = TimeSpan.FromSeconds(Numbers("--seconds", "5")[0]);
var server = await PostgresServer.GetAsync();
var measurements = new List<Measurement>();
foreach (var keys in Numbers("--keys", "1,1000"))
{
    foreach (var (name, open) in Targets(keys).Where(target => IsWanted(target.Name)))
    {
        await using var target = await open(name);
        foreach (var callers in Numbers("--callers", "1,8,64,512"))
        {
            measurements.Add(await Measurement.RunAsync(target, keys, callers, duration));
            Console.Error.WriteLine($"{target.Name}, {keys} keys, {callers} callers: done");
        }
    }
}

Report.Print(measurements, isJson);

// Every ratio needs the baseline.
bool IsWanted(string name) => name == "baseline" || Words("--target", "").Any(word => name.EndsWith(word, StringComparison.Ordinal));

IEnumerable<(string Name, Func<string, Task<ITarget>> Open)> Targets(int keys)
{
    yield return ("baseline", async _ => await BaselineTarget.CreateAsync(await server.CreateDatabaseAsync(), keys));
    yield return ("AgentKey, Postgres", async name => await LibraryTarget.CreateAsync(name, await OpenPostgresAsync(), keys));
    yield return ("AgentKey, Postgres, chain of 3", async name => await LibraryTarget.CreateAsync(name, await OpenPostgresAsync(), keys, keysAbove: 2));
    yield return ("AgentKey, Postgres, hold + settle", async name => await LibraryTarget.CreateAsync(name, await OpenPostgresAsync(), keys, isHeld: true));
    yield return ("AgentKey, SQLite", async name => await LibraryTarget.CreateAsync(name, FreshStore.CreateSqlite().Open(), keys));
}

async Task<IKeyStore> OpenPostgresAsync() => (await FreshStore.CreatePostgresAsync()).Open();

int[] Numbers(string option, string otherwise) => [.. Words(option, otherwise).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

string[] Words(string option, string otherwise)
{
    var index = Array.IndexOf(args, option);
    return (index >= 0 ? args[index + 1] : otherwise).Split(',');
}
