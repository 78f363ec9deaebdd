using System.Net;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>What matters most over HTTP, on Postgres too; everything else here runs on SQLite.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task Row32_Of_50_requests_at_once_exactly_those_run_that_there_is_money_for()
    {
        await using var application = await StartAsync(await DatabaseAsync());
        var key = await application.MintAsync(150, "docs.read");

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => application.PostAsync(key)));

        Assert.Equal(10, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.Equal(40, responses.Count(response => response.StatusCode == HttpStatusCode.PaymentRequired));
        Assert.Equal(10, application.Runs);
        Assert.Equal(Cost.FromCents(150), (await application.FindAsync(key)).Spent);
    }

    [Fact]
    public async Task A_call_whose_settlement_has_an_id_that_its_client_used_before_is_paid_in_full()
    {
        var database = await DatabaseAsync();
        await PaidApplication.PayThoughSettleIdsAreUsedAsync(() => PostgresKeyStore.Open(database));
    }

    [Fact]
    public async Task Row9_Whatever_is_wrong_with_a_key_the_answer_is_the_same_but_for_the_trace_id()
    {
        var database = await DatabaseAsync();
        await using var application = await StartAsync(database);
        var (revoked, expired, rotated, orphan) = (await MintAsync(application), await MintAsync(application), await MintAsync(application), await MintAsync(application));
        await application.Server.Keys.RevokeAsync(revoked.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        await application.Server.Keys.RotateAsync(rotated.Key.Id, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        await ExecuteAsync(database, $"UPDATE sdk_api_keys SET expires_at = '2020-01-01Z' WHERE id = {expired.Key.Id}");
        await ExecuteAsync(database, $"UPDATE sdk_api_keys SET parent_id = {revoked.Key.Id} WHERE id = {orphan.Key.Id}");
        string[] secrets = ["junk", AgentSecret.Generate().Reveal(), revoked.Secret.Reveal(), expired.Secret.Reveal(), rotated.Secret.Reveal(), orphan.Secret.Reveal()];

        var answers = new HashSet<string>();
        foreach (var secret in secrets)
        {
            using var response = await application.Server.GetAsync("/key", "Bearer " + secret);
            await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
            answers.Add(await response.WithoutTraceIdAsync());
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task Row67_While_the_server_is_down_nothing_runs_and_afterwards_it_does_by_itself()
    {
        var cluster = PrivateCluster.TryStart();
        Assert.SkipWhen(cluster is null, "This test stops and starts a server of its own and found no local Postgres binaries.");
        await using var application = await StartAsync(cluster.ConnectionString);
        var key = await application.MintAsync(100, "docs.read");
        using var before = await application.PostAsync(key);

        cluster.Stop("immediate");
        using var during = await application.PostAsync(key);
        cluster.Start();
        using var after = await application.PostAsync(key);

        await during.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
        Assert.Equal(2, application.Runs);
        Assert.Equal(Cost.FromCents(30), (await application.FindAsync(key)).Spent);
    }

    [Fact]
    public async Task Row67_A_statement_that_waits_too_long_and_a_pool_without_a_connection_are_a_503_and_nothing_runs()
    {
        var database = await DatabaseAsync();
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("docs.read").WithCost(15),
            openStore: () => PostgresKeyStore.Open($"{database};Maximum Pool Size=1;Timeout=1", new PostgresKeyStoreOptions { StatementTimeout = TimeSpan.FromSeconds(4) }));
        var key = await MintAsync(application);
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using (var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("SELECT 1 FROM sdk_api_keys FOR UPDATE", holder, transaction);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var charging = application.PostAsync(key);
            await using var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", holder, transaction);
            while (await waiting.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 0L)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            using var withoutConnection = await application.PostAsync(key);
            Assert.False(charging.IsCompleted);
            using var withoutLock = await charging;

            await withoutConnection.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            await withoutLock.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.Contains("The connection pool has been exhausted", application.Server.Log.Text, StringComparison.Ordinal);
        }

        using var after = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), (await application.FindAsync(key)).Spent);
    }

    private static async Task<string> DatabaseAsync() => await (await PostgresServer.GetAsync()).CreateDatabaseAsync();

    private static Task<PaidApplication> StartAsync(string connectionString) => PaidApplication.StartAsync(
        endpoint => endpoint.RequireAgentScope("docs.read").WithCost(15), openStore: () => PostgresKeyStore.Open(connectionString));

    private static Task<CreatedKey> MintAsync(PaidApplication application) => application.MintAsync(100, "docs.read");

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
