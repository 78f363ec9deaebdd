using System.Diagnostics;
using System.Globalization;
using AgentKey.Crash.Clients;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Crash.Faults;

/// <summary>Breaks something every few hundred milliseconds, in an order that the seed decides.</summary>
public sealed class FaultSchedule(int seed, PrivateCluster cluster, CuttingProxy proxy, IReadOnlyList<ClientHandle> clients)
{
    private readonly Random _random = new(seed);
    private int _clients;
    private int _servers;
    private int _backends;
    private int _cuts;

    public FaultCounts Counts => new(_clients, _servers, _backends, _cuts, proxy.LostAnswers);

    public async Task RunAsync(TimeSpan duration)
    {
        // A client that has not started yet has nothing to lose.
        await Task.WhenAll(clients.Select(client => client.WaitForAnswerAsync()));
        var watch = Stopwatch.StartNew();

        // One of each first, so that even the shortest run has seen them all; and longer on a machine too slow for that.
        for (var round = 0; watch.Elapsed < duration || round < 5 || (!Counts.HasAll && watch.Elapsed < 5 * duration); round++)
        {
            await Task.Delay(_random.Next(200, 1200));
            await BreakAsync(round < 5 ? round : Choose());
        }
    }

    private int Choose() => _random.Next(20) switch
    {
        0 => 0,
        1 or 2 or 3 => 1,
        < 8 => 2,
        < 12 => 3,
        _ => 4,
    };

    private async Task BreakAsync(int kind)
    {
        switch (kind)
        {
            case 0:
                cluster.Stop("immediate");
                await Task.Delay(_random.Next(50, 500));
                cluster.Start();
                _servers++;
                break;
            case 1:
                clients[_random.Next(clients.Count)].Kill();
                _clients++;
                break;
            case 2:
                _backends += await TerminateBackendsAsync();
                break;
            case 3:
                proxy.CutAll();
                _cuts++;
                break;
            default:
                proxy.LoseNextAnswer();
                break;
        }
    }

    private async Task<int> TerminateBackendsAsync()
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < 0.6", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
