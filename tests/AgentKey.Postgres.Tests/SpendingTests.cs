using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>The sums by day that readers keep: complete up to a number, although numbers are given before commits.</summary>
public sealed class SpendingTests
{
    private static readonly SpendingQuery ByTool = new() { Since = DateTimeOffset.UnixEpoch };

    [Fact]
    public async Task What_commits_late_below_a_number_that_was_seen_is_counted_once()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        var caller = await MintAsync(keys);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var late = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(Entry("now()"), connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        await keys.ChargeAsync(caller, Request("early"));
        Assert.Equal(["early 1"], await ReadAsync(keys));
        Assert.Equal(["early 1"], await ReadAsync(keys));
        Assert.Equal(0L, await database.ExecuteAsync("SELECT upto FROM sdk_api_keys_rollups"));
        await late.CommitAsync();
        await CompleteAsync(database, keys, "early 1", "raw 1");
    }

    [Fact]
    public async Task A_clock_that_was_set_back_loses_no_entry()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.ChargeAsync(await MintAsync(keys), Request("early"));
        await CompleteAsync(database, keys, "early 1");
        await database.ExecuteAsync(Entry("now() - interval '2 days'"));
        await CompleteAsync(database, keys, "early 1", "raw 1");
    }

    [Fact]
    public async Task Days_before_the_sums_began_come_from_the_ledger()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        foreach (var days in new[] { 9, 5, 5, 0 })
        {
            await database.ExecuteAsync(Entry($"now() - interval '{days} days'"));
        }

        var now = (DateTime)(await database.ExecuteAsync("SELECT now()"))!;
        SpendingQuery Since(int days) => new() { Since = new DateTimeOffset(now).AddDays(-days) };
        Assert.Equal(["raw 1"], await ReadAsync(keys, Since(3)));
        Assert.Equal(["raw 3"], await ReadAsync(keys, Since(6)));
        await CompleteAsync(database, keys, "raw 4");
        Assert.Equal(["raw 3"], await ReadAsync(keys, Since(6)));
        Assert.Equal(1L, await database.ExecuteAsync("SELECT sum(calls)::bigint FROM sdk_api_keys_spending"));
    }

    [Fact]
    public async Task The_sums_of_a_key_are_its_own()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.ChargeAsync(await MintAsync(keys), Request("early"));
        await database.ExecuteAsync(Entry("now()"));
        foreach (var _ in new[] { "from the ledger", "from the sums" })
        {
            Assert.Equal(["raw 1"], await ReadAsync(keys, ByTool with { KeyId = "raw" }));
            Assert.Equal(["1 1", "raw 1"], await ReadAsync(keys, ByTool with { By = UsageGrouping.Key }));
            Assert.Empty(await ReadAsync(keys, ByTool with { KeyId = "" }));
        }
    }

    [Fact]
    public async Task A_ledger_that_is_far_ahead_is_added_up_in_pieces()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync("""
            INSERT INTO sdk_api_keys_ledger (at, key_id, kind, amount_micros, tool)
            SELECT now() - i * interval '1 second', 'raw', 1, 7, 'raw' FROM generate_series(1, 600000) i
            """);
        var isComplete = false;
        while (!isComplete)
        {
            Assert.Equal(["raw 600000"], await ReadAsync(keys));
            isComplete = (bool)(await database.ExecuteAsync("SELECT upto = 600000 FROM sdk_api_keys_rollups"))!;
        }

        Assert.Equal(4_200_000L, await database.ExecuteAsync("SELECT sum(amount_micros)::bigint FROM sdk_api_keys_spending"));
        Assert.Equal(["raw 600000"], await ReadAsync(keys));
    }

    [Fact]
    public async Task A_mark_of_the_server_that_a_database_was_copied_from_stops_nothing()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.ChargeAsync(await MintAsync(keys), Request("early"));
        await database.ExecuteAsync($"INSERT INTO sdk_api_keys_rollups (part, since, marked, marked_xid) VALUES ('all', '2000-01-01', 1, {long.MaxValue})");
        await CompleteAsync(database, keys, "early 1");
    }

    [Theory]
    [InlineData("SELECT")]
    [InlineData("INSERT")]
    public async Task A_role_without_rights_on_the_sums_reads_the_ledger(string lacks)
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.ChargeAsync(await MintAsync(admin), Request("early"));
        var (role, asRole) = await database.CreateRoleAsync();
        await database.ExecuteAsync($"REVOKE {lacks} ON sdk_api_keys_rollups FROM {role}");
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole));
        Assert.Equal(["early 1"], await ReadAsync(keys));
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_rollups"));
    }

    private static async Task<Caller> MintAsync(AgentKeys keys)
    {
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Day) });
        return keys.Identify(created.Secret.Reveal());
    }

    private static ChargeRequest Request(string tool) => new("docs.read", Cost.FromCents(15)) { Tool = tool };

    private static string Entry(string at) =>
        $"INSERT INTO sdk_api_keys_ledger (at, key_id, kind, amount_micros, tool) VALUES ({at}, 'raw', 1, 7, 'raw')";

    private static async Task<string[]> ReadAsync(AgentKeys keys, SpendingQuery? query = null) =>
        [.. (await keys.ReadSpendingAsync(query ?? ByTool)).GroupBy(row => row.Group!).Select(days => $"{days.Key} {days.Sum(day => day.Calls)}").Order(StringComparer.Ordinal)];

    // Any transaction of the server that is older than a mark delays the sums, those of other tests too.
    private static async Task CompleteAsync(Databases database, AgentKeys keys, params string[] expected)
    {
        do
        {
            Assert.Equal(expected, await ReadAsync(keys));
        }
        while (await database.ExecuteAsync("SELECT upto = (SELECT max(sequence) FROM sdk_api_keys_ledger) FROM sdk_api_keys_rollups WHERE part = 'all'") is not true);

        Assert.Equal(expected, await ReadAsync(keys));
    }
}
