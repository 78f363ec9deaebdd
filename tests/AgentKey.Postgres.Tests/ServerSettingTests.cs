using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Settings of a server or a database under which not everything can be written.</summary>
public sealed class ServerSettingTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    /// <summary>Hosted databases are set so when their disk is full.</summary>
    [Fact]
    public async Task A_database_that_is_read_only_by_default_is_named()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await SetAsync(database, "default_transaction_read_only = on");
        await using var later = database.Open();
        var finding = Assert.Single(await later.ExamineAsync(), finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal("read_only", finding.Code);
    }

    [Fact]
    public async Task A_text_that_the_database_cannot_hold_is_refused_and_its_neighbours_are_charged()
    {
        var utf8 = await Databases.CreateAsync();
        var name = "latin_" + Guid.NewGuid().ToString("N")[..12];
        await utf8.ExecuteAsync($"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        await using var keys = new AgentKeys(PostgresKeyStore.Open(new NpgsqlConnectionStringBuilder(utf8.ConnectionString) { Database = name }.ToString()));
        await keys.MigrateAsync();
        Assert.Single(await keys.ExamineAsync(), finding => finding is { Code: "encoding", Found: "LATIN1" });
        var (caller, id) = await Databases.MintAsync(keys);
        var charges = Enumerable.Range(0, 10).Select(_ => keys.ChargeAsync(caller, Read)).ToArray();
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => keys.ChargeAsync(caller, Read with { OperationId = "1 €" }));
        Assert.DoesNotContain("€", refusal.ToString(), StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(charges), charge => Assert.True(charge.IsAllowed));
        Assert.Equal(Cost.FromCents(10), (await keys.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task A_migration_that_finds_no_schema_says_that_one_has_to_be_named()
    {
        var database = await Databases.CreateAsync();
        await SetAsync(database, "search_path = ''");
        await using var keys = database.Open();
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => keys.MigrateAsync());
        Assert.Contains("name one: --table SCHEMA.NAME", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task SetAsync(Databases database, string setting)
    {
        await database.ExecuteAsync($"DO $$ BEGIN EXECUTE format($f$ALTER DATABASE %I SET {setting}$f$, current_database()); END $$");
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
