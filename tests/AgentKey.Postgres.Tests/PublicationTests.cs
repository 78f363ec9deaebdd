using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>
/// Tables that the host publishes: from then on Postgres updates and deletes only where it can tell a subscriber which row
/// it was.
/// </summary>
public sealed class PublicationTests
{
    private const string Publish = "CREATE PUBLICATION everything FOR ALL TABLES";

    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    /// <summary>The tables of ours that have no primary key.</summary>
    public static TheoryData<string> Unnamed => ["sdk_api_keys_budgets", "sdk_api_keys_holds", "sdk_api_keys_spending"];

    [Fact]
    public async Task All_that_is_written_can_be_published()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync(Publish);
        await using var keys = database.Open();
        var (caller, _) = await Databases.MintAsync(keys);
        await keys.SetBudgetAsync(BudgetOwner.Account("acme"), "monthly", new Budget(Cost.FromDollars(100), BudgetPeriod.Month));
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        var hold = (await keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1))).Receipt!;
        Assert.Equal(ExtendOutcome.Extended, (await keys.ExtendAsync(hold, TimeSpan.FromMinutes(2))).Outcome);
        Assert.True((await keys.SettleAsync(hold, Cost.FromCents(1))).IsSettled);
        for (var i = 0; i < 2; i++)
        {
            Assert.Single(await keys.ReadSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch }));
            Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        }

        Assert.True(await keys.RemoveBudgetAsync(BudgetOwner.Account("acme"), "monthly"));
        Assert.Empty(await keys.ExamineAsync());
    }

    [Theory]
    [MemberData(nameof(Unnamed))]
    public async Task A_table_of_an_earlier_version_is_migrated(string table)
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync($"ALTER TABLE {table} REPLICA IDENTITY DEFAULT");
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        await using (var keys = database.Open())
        {
            Assert.Empty(await keys.ListAsync());
            var finding = Assert.Single(await keys.ExamineAsync());
            Assert.Equal(("replica_identity", FindingSeverity.Warning, $"\"{table}\""), (finding.Code, finding.Severity, finding.Table));
        }

        await database.ExecuteAsync(Publish);
        await using (var keys = database.Open())
        {
            Assert.Contains("agentkey migrate", (await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync())).Message, StringComparison.Ordinal);
            Assert.Equal(("replica_identity", FindingSeverity.Error), (Assert.Single(await keys.ExamineAsync()).Code, Assert.Single(await keys.ExamineAsync()).Severity));
        }

        var step = Assert.Single(await store.PlanMigrationAsync());
        Assert.False(step.IsOnline);
        await store.MigrateAsync(CancellationToken.None);
        Assert.Empty(await store.PlanMigrationAsync());
        Assert.Empty(await store.ExamineAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_the_host_chose_to_tell_rows_apart_by_stays()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys_holds REPLICA IDENTITY FULL");
        await database.ExecuteAsync(Publish);
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        Assert.Empty(await store.PlanMigrationAsync());
        Assert.Empty(await store.ExamineAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_index_that_is_built_again_tells_rows_apart_again()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("DROP INDEX sdk_api_keys_holds_slice");
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        await store.MigrateAsync(CancellationToken.None);
        Assert.Empty(await store.ExamineAsync(CancellationToken.None));
        Assert.Empty(await store.PlanMigrationAsync());
    }

    [Theory]
    [InlineData("CREATE PUBLICATION chosen FOR TABLE sdk_api_keys", FindingSeverity.Error)]
    [InlineData("CREATE PUBLICATION chosen FOR TABLE sdk_api_keys WITH (publish = 'insert, delete')", FindingSeverity.Warning)]
    public async Task A_keys_table_without_a_primary_key_is_reported_and_left_to_the_host(string publish, FindingSeverity severity)
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync(idType: "SERIAL UNIQUE");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync(publish);
        var finding = Assert.Single(await keys.ExamineAsync());
        Assert.Equal(("replica_identity", severity, "\"sdk_api_keys\""), (finding.Code, finding.Severity, finding.Table));
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD PRIMARY KEY (id)");
        Assert.Empty(await keys.ExamineAsync());
    }

    [Fact]
    public async Task What_a_later_publication_stops_is_a_fault_of_the_table()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys_holds REPLICA IDENTITY NOTHING");
        await using var keys = database.Open();
        var (caller, _) = await Databases.MintAsync(keys);
        var hold = (await keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1))).Receipt!;
        await database.ExecuteAsync(Publish);
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => keys.SettleAsync(hold, Cost.FromCents(1)));
        Assert.Contains("replica identity", refusal.Message, StringComparison.Ordinal);
        await keys.MigrateAsync();
        Assert.True((await keys.SettleAsync(hold, Cost.FromCents(1))).IsSettled);
    }

    private static async Task<Databases> MigratedAsync()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        return database;
    }
}
