using AgentKey.Budgets;
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

    /// <summary>Under these levels a statement that waited for a row which was changed meanwhile fails, unless it says another level itself.</summary>
    [Theory]
    [InlineData("repeatable read", "rotate", "sdk_api_keys", "name = name")]
    [InlineData("serializable", "rotate", "sdk_api_keys", "name = name")]
    [InlineData("repeatable read", "raise", "sdk_api_keys", "name = name")]
    [InlineData("repeatable read", "raise hourly", "sdk_api_keys_budgets", "used_micros = 0")]
    [InlineData("repeatable read", "remove hourly", "sdk_api_keys_budgets", "used_micros = 0")]
    [InlineData("repeatable read", "complete", "sdk_api_keys_events", "attempts = 0")]
    [InlineData("repeatable read", "sum", "sdk_api_keys_rollups", "upto = 0")]
    public async Task A_row_that_somebody_else_changes_is_written_after_it_at_every_level_of_isolation(string level, string operation, string table, string change)
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        var (_, id) = await Databases.MintAsync(admin);
        await admin.SetBudgetAsync(BudgetOwner.Key(id), "hourly", new Budget(Cost.FromCents(2), BudgetPeriod.Hour));
        await database.ExecuteAsync("INSERT INTO sdk_api_keys_events (id, type, at, data, count, due_count, due_at) VALUES ('1', 'x', now(), '{}', 1, 1, now()); INSERT INTO sdk_api_keys_rollups (part) VALUES ('all')");
        await SetAsync(database, $"default_transaction_isolation = '{level}'");
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        await using var keys = new AgentKeys(store);
        await keys.FindAsync(id);

        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var update = new NpgsqlCommand($"UPDATE {table} SET {change}", other);
            await update.ExecuteNonQueryAsync();
            var written = WriteAsync();
            await database.WaitForBlockedAsync(1);
            await transaction.CommitAsync();
            Assert.True(await written);
        }

        async Task<bool> WriteAsync()
        {
            switch (operation)
            {
                case "rotate":
                    return await keys.RotateAsync(id, TimeSpan.Zero) is not null;
                case "raise":
                    return await keys.RaiseBudgetAsync(BudgetOwner.Key(id), null, Cost.FromCents(1), TimeSpan.FromHours(1));
                case "raise hourly":
                    return await keys.RaiseBudgetAsync(BudgetOwner.Key(id), "hourly", Cost.FromCents(1), TimeSpan.FromHours(1));
                case "remove hourly":
                    return await keys.RemoveBudgetAsync(BudgetOwner.Key(id), "hourly");
                case "complete":
                    await store.Events.CompleteAsync("1", CancellationToken.None);
                    return await database.ExecuteAsync("SELECT delivered_at IS NOT NULL FROM sdk_api_keys_events") is true;
                default:
                    await keys.ReadSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch });
                    return await database.ExecuteAsync("SELECT since IS NOT NULL FROM sdk_api_keys_rollups") is true;
            }
        }
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
