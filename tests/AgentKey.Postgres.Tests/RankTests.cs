using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>The keys that spent most in the chart's days, from a rank that readers keep: what the ledger says, whatever happens to the rank.</summary>
public sealed class RankTests
{
    private const int Keys = 300;

    [Fact]
    public async Task The_largest_keys_are_those_of_the_ledger()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await FillAsync(database, 0, 8_000);
        await AssertFollowsAsync(database, keys);
        await FillAsync(database, 8_000, 9_000);
        await AssertFollowsAsync(database, keys);
    }

    [Theory]
    [InlineData("UPDATE sdk_api_keys_rollups SET since = since - 1 WHERE part = 'rank'")]
    [InlineData("UPDATE sdk_api_keys_rollups SET upto = upto - 1 WHERE part = 'rank'")]
    [InlineData("DELETE FROM sdk_api_keys_rollups WHERE part = 'rank'")]
    public async Task A_rank_of_other_days_or_that_did_not_follow_is_made_anew(string change)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await FillAsync(database, 0, 4_000);
        await AssertFollowsAsync(database, keys);
        await database.ExecuteAsync(change);
        await database.ExecuteAsync("UPDATE sdk_api_keys_spenders SET amount_micros = amount_micros * 1000 WHERE key_id = 'key-7'");
        await FillAsync(database, 4_000, 4_500);
        await AssertFollowsAsync(database, keys);
    }

    [Fact]
    public async Task Days_that_were_pruned_are_read_from_what_is_left()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await FillAsync(database, 0, 4_000);
        await AssertFollowsAsync(database, keys);
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        Assert.True(await store.PruneLedgerAsync((await NowAsync(database)).AddDays(-3), default) > 0);
        Assert.Equal(await ReadTruthAsync(database), await keys.ReadSpendingAsync(await WindowAsync(database)));
    }

    [Fact]
    public async Task Many_who_look_while_others_write_see_no_sum_twice()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await FillAsync(database, 0, 2_000);
        var window = await WindowAsync(database);
        var writing = Task.Run(async () =>
        {
            for (var i = 2_000; i < 8_000; i += 300)
            {
                await FillAsync(database, i, i + 300);
            }
        });
        do
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                var before = await ReadTotalAsync(database);
                var seen = (await keys.ReadSpendingAsync(window)).Sum(row => row.Calls);
                Assert.InRange(seen, before, await ReadTotalAsync(database));
            }));
        }
        while (!writing.IsCompleted);

        await writing;
        await AssertFollowsAsync(database, keys);
    }

    [Fact]
    public async Task A_role_that_may_not_rank_reads_the_same_and_leaves_no_wrong_rank_behind()
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        await FillAsync(database, 0, 2_000);
        await AssertFollowsAsync(database, admin);
        var (role, asRole) = await database.CreateRoleAsync();
        await database.ExecuteAsync($"REVOKE DELETE ON sdk_api_keys_spenders FROM {role}");
        await FillAsync(database, 2_000, 3_000);
        await using (var keys = new AgentKeys(PostgresKeyStore.Open(asRole)))
        {
            while (await database.ExecuteAsync("SELECT upto = (SELECT max(sequence) FROM sdk_api_keys_ledger) FROM sdk_api_keys_rollups WHERE part = 'key'") is not true)
            {
                Assert.Equal(await ReadTruthAsync(database), await keys.ReadSpendingAsync(await WindowAsync(database)));
            }
        }

        await AssertFollowsAsync(database, admin);
    }

    /// <summary>Entries of forty days, of keys that spend different amounts; some are returned.</summary>
    private static async Task FillAsync(Databases database, int from, int to) => await database.ExecuteAsync($"""
        INSERT INTO sdk_api_keys_ledger (at, key_id, kind, amount_micros, tool)
        SELECT now() - (i % 40) * interval '1 day', 'key-' || n, CASE WHEN i % 11 = 0 THEN 2 ELSE 1 END, CASE WHEN i % 11 = 0 THEN -1 ELSE 1 END * ((n + 1) * 1000 + i % 13), 'tool-' || i % 3
        FROM (SELECT i, (i * 7 + i / 40) % {Keys} AS n FROM generate_series({from}, {to - 1}) i) entries
        """);

    /// <summary>Reads until the rank has all entries, and compares each reading with the ledger.</summary>
    private static async Task AssertFollowsAsync(Databases database, AgentKeys keys)
    {
        var isComplete = false;
        while (!isComplete)
        {
            Assert.Equal(await ReadTruthAsync(database), await keys.ReadSpendingAsync(await WindowAsync(database)));
            isComplete = await database.ExecuteAsync(
                "SELECT count(*) = 3 AND min(upto) = (SELECT max(sequence) FROM sdk_api_keys_ledger) FROM sdk_api_keys_rollups") is true;
        }

        Assert.Equal(await ReadTruthAsync(database), await keys.ReadSpendingAsync(await WindowAsync(database)));
        Assert.Equal(true, await database.ExecuteAsync($"SELECT since = (now() AT TIME ZONE 'UTC')::date - {SpendingQuery.RankedDays - 1} FROM sdk_api_keys_rollups WHERE part = 'rank'"));
    }

    private static async Task<SpendingQuery> WindowAsync(Databases database) => new()
    {
        By = UsageGrouping.Key,
        Groups = 5,
        Since = new DateTimeOffset((await NowAsync(database)).UtcDateTime.Date.AddDays(1 - SpendingQuery.RankedDays), TimeSpan.Zero),
    };

    private static async Task<DateTimeOffset> NowAsync(Databases database) => new((DateTime)(await database.ExecuteAsync("SELECT now()"))!);

    private static async Task<long> ReadTotalAsync(Databases database) => (await ReadDaysAsync(database)).Sum(day => day.Calls);

    /// <summary>What the store has to say, from a plain sum of each key and day.</summary>
    private static async Task<IReadOnlyList<SpendingRow>> ReadTruthAsync(Databases database)
    {
        var days = await ReadDaysAsync(database);
        var largest = days.GroupBy(day => day.Group!).OrderByDescending(key => key.Sum(day => day.SpentMicroCents)).ThenBy(key => key.Key, StringComparer.Ordinal)
            .Take(5).Select(key => key.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. days.GroupBy(day => (day.Day, Group: largest.Contains(day.Group!) ? day.Group : null))
                .Select(day => new SpendingRow(day.Key.Day, day.Key.Group, day.Sum(row => row.Calls), day.Sum(row => row.SpentMicroCents)))
                .OrderBy(row => row.Day).ThenByDescending(row => row.SpentMicroCents),
        ];
    }

    private static async Task<List<SpendingRow>> ReadDaysAsync(Databases database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT (at AT TIME ZONE 'UTC')::date AS day, key_id, count(*) FILTER (WHERE kind = 1), sum(amount_micros)::bigint
            FROM sdk_api_keys_ledger WHERE at >= ((now() AT TIME ZONE 'UTC')::date - {SpendingQuery.RankedDays - 1})::timestamp AT TIME ZONE 'UTC' GROUP BY 1, 2
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<SpendingRow>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(new SpendingRow(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return rows;
    }
}
