using System.Diagnostics;
using AgentKey.Crash.Auditing;
using AgentKey.Crash.Clients;
using AgentKey.Crash.Faults;
using AgentKey.Postgres;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Crash;

/// <summary>One run: start everything, break it for a while, let it come to rest, and count.</summary>
public static class CrashTest
{
    public static async Task<int> RunAsync(CrashOptions options, TextWriter output)
    {
        var cluster = PrivateCluster.TryStart()
            ?? throw new InvalidOperationException("The crash test stops and starts a server of its own and found no local Postgres binaries: install the package postgresql.");
        var folder = Directory.CreateTempSubdirectory("agentkey-crash-").FullName;
        var server = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        await using var proxy = new CuttingProxy(server.Port);
        var throughProxy = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Port = proxy.Port, Timeout = 2 }.ToString();

        await output.WriteLineAsync($"seed {options.Seed}, {options.Clients} client processes, {options.Seconds} seconds of faults");
        var secrets = await MakeKeysAsync(cluster.ConnectionString);
        var clients = Enumerable.Range(0, options.Clients).Select(i => new ClientHandle(i, folder, throughProxy, secrets)).ToArray();
        var watch = Stopwatch.StartNew();
        var faults = new FaultSchedule(options.Seed, cluster, proxy, clients);
        await faults.RunAsync(TimeSpan.FromSeconds(options.Seconds));
        await Task.WhenAll(clients.Select(client => client.FinishAsync()));

        var journal = JournalReader.ReadAll(folder);
        var verdict = await Audit.RunAsync(cluster.ConnectionString, journal);
        await output.WriteLineAsync($"{watch.Elapsed:mm\\:ss} in all; {faults.Counts}");
        await output.WriteAsync(verdict.ToString());
        Directory.Delete(folder, recursive: true);
        return verdict.IsClean && faults.Counts.HasAll ? 0 : 1;
    }

    private static async Task<IReadOnlyList<string>> MakeKeysAsync(string connectionString)
    {
        await using var keys = new AgentKeys(PostgresKeyStore.Open(connectionString));
        await keys.MigrateAsync();
        return await CrashKeys.CreateAsync(keys);
    }
}
