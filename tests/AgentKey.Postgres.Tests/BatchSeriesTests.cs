using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>A series of batches keeps its connection, and nothing that anybody else needs.</summary>
public sealed class BatchSeriesTests
{
    private const string Backends = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT'";

    [Fact]
    public async Task Every_batch_of_a_series_comes_to_one_backend()
    {
        var database = await Databases.CreateAsync();
        await using var store = await OpenAsync(database);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.GetTimeAsync(CancellationToken.None)));
        await using var series = store.BeginSeries();
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(series);
        }

        Assert.Equal(1L, await database.ExecuteAsync($"SELECT count(*) {Backends}"));
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_no_lock_behind_and_does_not_end_the_series()
    {
        var database = await Databases.CreateAsync();
        await using var store = await OpenAsync(database);
        await InsertKeyAsync(database);
        await using var series = store.BeginSeries();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => RunAsync(series, _ => throw new TimeZoneNotFoundException()));

        await database.ExecuteAsync("SELECT id FROM sdk_api_keys FOR UPDATE NOWAIT");
        await RunAsync(series);
    }

    [Fact]
    public async Task A_series_whose_backend_is_terminated_goes_on_with_another()
    {
        var database = await Databases.CreateAsync();
        await using var store = await OpenAsync(database);
        await using var series = store.BeginSeries();
        await RunAsync(series);
        await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Backends}");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(series));
        await RunAsync(series);
    }

    [Fact]
    public async Task A_series_that_never_ends_lets_a_reader_have_the_only_connection_of_the_pool()
    {
        var database = await Databases.CreateAsync();
        await using var store = await OpenAsync(database, "Maximum Pool Size=1");
        await using var series = store.BeginSeries();
        await RunAsync(series);
        var reader = store.GetTimeAsync(CancellationToken.None);
        Assert.False(reader.IsCompleted);
        for (var i = 0; i < 150 && !reader.IsCompleted; i++)
        {
            await RunAsync(series);
        }

        await reader;
    }

    [Fact]
    public async Task A_series_that_has_ended_holds_no_connection()
    {
        var database = await Databases.CreateAsync();
        await using var store = await OpenAsync(database, "Maximum Pool Size=1;Timeout=10");
        await using (var series = store.BeginSeries())
        {
            await RunAsync(series);
        }

        await store.GetTimeAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Validations_do_not_plan_their_statement_anew_each_time()
    {
        var database = await Databases.CreateAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        await using var store = new PostgresKeyStore(source);
        await store.MigrateAsync(CancellationToken.None);
        await InsertKeyAsync(database);
        for (var i = 0; i < 20; i++)
        {
            Assert.Single(await store.FindAllAsync(["1"], CancellationToken.None));
        }

        // The first five are tried out with the values that they have.
        await using var prepared = source.CreateCommand("SELECT max(custom_plans) FROM pg_prepared_statements");
        Assert.Equal(5L, await prepared.ExecuteScalarAsync());
    }

    private static async Task<PostgresKeyStore> OpenAsync(Databases database, string settings = "")
    {
        var store = PostgresKeyStore.Open($"{database.ConnectionString};{settings}");
        await store.MigrateAsync(CancellationToken.None);
        await store.GetTimeAsync(CancellationToken.None);
        return store;
    }

    private static Task<object?> InsertKeyAsync(Databases database) =>
        database.ExecuteAsync("INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix) VALUES ('acme', 'hash', 'ak_')");

    private static Task RunAsync(IBatchSeries series, Func<BatchState, BatchChanges>? decide = null) => series.RunAsync(
        new BatchRequest { KeyIds = ["1"], BudgetOwners = [], Lookups = [], Holds = [] }, decide ?? (_ => new BatchChanges()), CancellationToken.None);
}
