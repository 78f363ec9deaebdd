using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using AgentKey.TestSupport;

namespace AgentKey.Postgres.Tests;

/// <summary>A server that goes away: no call may run, no charge may be lost or made twice.</summary>
public sealed class OutageTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    [Fact]
    public async Task Killed_backends_lose_no_charge_and_make_none_twice()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        using var done = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await database.ExecuteAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
                await Task.Delay(20);
            }
        });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => ChargeAsync(keys, caller, $"op-{i}", i)));
        await done.CancelAsync();
        await killer;

        // What failed was ambiguous: asking again by the same id settles it, and charges it at most once.
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (!outcomes[i])
            {
                Assert.True((await keys.ChargeAsync(caller, Read with { OperationId = $"op-{i}" })).IsAllowed);
            }
        }

        Assert.Equal(Cost.FromCents(2_000), (await keys.FindAsync(id))!.Spent);
        Assert.Contains(true, outcomes);
    }

    [Fact]
    public async Task A_server_that_is_down_refuses_and_recovers_by_itself()
    {
        var cluster = PrivateCluster.TryStart();
        Assert.SkipWhen(cluster is null, "This test stops and starts a server of its own and found no local Postgres binaries.");
        await using var keys = new AgentKeys(PostgresKeyStore.Open(cluster.ConnectionString));
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        cluster.Stop("immediate");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => keys.ChargeAsync(caller, Read with { OperationId = "op" }));
        Assert.DoesNotContain("Password", error.Message, StringComparison.OrdinalIgnoreCase);
        cluster.Start();
        Assert.True((await keys.ChargeAsync(caller, Read with { OperationId = "op" })).IsAllowed);
        Assert.Equal(Cost.FromCents(2), (await keys.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task A_row_that_somebody_else_holds_is_not_waited_for_for_ever()
    {
        var database = await Databases.CreateAsync();
        await using var keys = new AgentKeys(
            PostgresKeyStore.Open(database.ConnectionString, new PostgresKeyStoreOptions { StatementTimeout = TimeSpan.FromMilliseconds(200) }));
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        await using (await LockedRows.OfAsync(database.ConnectionString))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => keys.ChargeAsync(caller, Read));
        }

        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(1), (await keys.FindAsync(id))!.Spent);
    }

    private static async Task<bool> ChargeAsync(AgentKeys keys, Caller caller, string operationId, int order)
    {
        await Task.Delay(order / 4);
        try
        {
            return (await keys.ChargeAsync(caller, Read with { OperationId = operationId })).IsAllowed;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
