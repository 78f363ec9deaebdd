using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>A real PgBouncer between us and the server.</summary>
public sealed class PgBouncerTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    /// <summary>Each transaction comes to another backend, which does not know the statements that were prepared before.</summary>
    [Fact]
    public async Task Two_programs_charge_and_hold_through_a_pool_of_transactions()
    {
        var database = await Databases.CreateAsync();
        using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        await database.ExecuteAsync("CREATE SCHEMA other");
        await using var first = await OpenAsync(database, pooler, "sdk_api_keys");
        await using var second = await OpenAsync(database, pooler, "other.keys");
        var (one, oneId) = await Databases.MintAsync(first);
        var (two, twoId) = await Databases.MintAsync(second);
        await Task.WhenAll(Enumerable.Range(0, 16).SelectMany(_ => new[] { SpendAsync(first, one), SpendAsync(second, two) }));
        foreach (var (keys, id) in new[] { (first, oneId), (second, twoId) })
        {
            Assert.Equal(Cost.FromCents(16 * 40), (await keys.FindAsync(id))!.Spent);
            Assert.Empty(await keys.VerifyAsync());
        }
    }

    /// <summary>The second program's statement has the name that the first one's has on the only backend.</summary>
    [Fact]
    public async Task Statements_that_stay_prepared_against_all_advice_are_a_store_that_is_not_there()
    {
        var database = await Databases.CreateAsync();
        using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        await using var first = await OpenAsync(database, pooler, "sdk_api_keys", isPrepared: true);
        await using var second = await OpenAsync(database, pooler, "sdk_api_keys", isPrepared: true);
        await using var direct = database.Open();
        var (caller, _) = await Databases.MintAsync(direct);
        Assert.True((await first.ChargeAsync(caller, Read)).IsAllowed);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => second.ChargeAsync(caller, Read));
        Assert.Contains(nameof(PostgresKeyStoreOptions.PreparedStatements), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_through_a_pool_of_transactions_is_refused_and_leaves_no_lock_behind()
    {
        var database = await Databases.CreateAsync();
        using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        await using var store = PostgresKeyStore.Open(pooler.ConnectionString);
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => store.MigrateAsync(CancellationToken.None));
        Assert.Equal("connection string", refusal.Field);
        Assert.Contains("session mode", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        Assert.Equal(DBNull.Value, await database.ExecuteAsync("SELECT to_regclass('sdk_api_keys')::text"));
    }

    [Fact]
    public async Task A_pool_of_sessions_is_as_good_as_the_server()
    {
        var database = await Databases.CreateAsync();
        using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "session");
        await using var keys = new AgentKeys(PostgresKeyStore.Open(new NpgsqlConnectionStringBuilder(pooler.ConnectionString) { MaxPoolSize = 4 }.ToString()));
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        await SpendAsync(keys, caller);
        Assert.Equal(Cost.FromCents(40), (await keys.FindAsync(id))!.Spent);
    }

    private static async Task<AgentKeys> OpenAsync(Databases database, PgBouncer pooler, string table, bool? isPrepared = null)
    {
        await using (var direct = PostgresKeyStore.Open(database.ConnectionString, new() { Table = table }))
        {
            await direct.MigrateAsync(CancellationToken.None);
        }

        return new AgentKeys(PostgresKeyStore.Open(pooler.ConnectionString, new() { Table = table, PreparedStatements = isPrepared }));
    }

    /// <summary>Spends 40 cents, half of them by holds.</summary>
    private static async Task SpendAsync(AgentKeys keys, Caller caller)
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
            var hold = await keys.HoldAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(3)), TimeSpan.FromMinutes(1));
            Assert.Equal(SettleOutcome.Settled, (await keys.SettleAsync(hold.Receipt!, Cost.FromCents(1))).Outcome);
        }
    }
}
