using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres.Batches;
using AgentKey.Postgres.Schema;
using AgentKey.Scopes;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Migrations of tables that are in use.</summary>
public sealed class MigrationTests
{
    private const string IsValid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'sdk_api_keys_external_subject_key'::regclass";

    [Fact]
    public async Task An_index_build_that_was_killed_is_found_and_repaired()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await using var reader = await OpenTransactionAsync(database, "SELECT count(*) FROM sdk_api_keys");
        var build = database.ExecuteAsync("CREATE UNIQUE INDEX CONCURRENTLY sdk_api_keys_external_subject_key ON sdk_api_keys (external_subject) WHERE external_subject IS NOT NULL");
        const string kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX%' AND wait_event_type = 'Lock'";
        while (await database.ExecuteAsync(kill) is 0L)
        {
            Assert.False(build.IsCompleted, "The build ended before it could be killed.");
        }

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => build);
        await reader.DisposeAsync();
        Assert.Equal(false, await database.ExecuteAsync(IsValid));
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        Assert.Contains(await store.PlanMigrationAsync(), step => step.Summary.StartsWith("Drop the index sdk_api_keys_external_subject_key", StringComparison.Ordinal));
        await store.MigrateAsync(CancellationToken.None);
        Assert.Equal(true, await database.ExecuteAsync(IsValid));
        Assert.Empty(await store.PlanMigrationAsync());
    }

    /// <summary>The catalog's own index stops one of two that create a table at once, however politely they ask.</summary>
    [Fact]
    public async Task A_table_that_somebody_else_has_just_created_stops_no_migration()
    {
        var database = await Databases.CreateAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        var plan = await store.PlanMigrationAsync();
        await using var other = await OpenTransactionAsync(database, plan[0].Sql);
        var migration = store.MigrateAsync(CancellationToken.None);
        await database.WaitForBlockedAsync(1);
        await using var commit = new NpgsqlCommand("COMMIT", other);
        await commit.ExecuteNonQueryAsync();
        await migration;
        Assert.Empty(await store.PlanMigrationAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_key_holds_is_found_by_its_index_also_where_the_table_is_older_than_its_order(bool isOlder)
    {
        var database = await Databases.CreateAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        await store.MigrateAsync(CancellationToken.None);
        if (isOlder)
        {
            await database.ExecuteAsync("ALTER TABLE sdk_api_keys_holds ALTER COLUMN budget TYPE TEXT");
        }

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var table = await KeysTable.LoadAsync(connection, TableName.Parse("sdk_api_keys"), new KeyColumns(), CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new KeySql(table, new BatchSql(table, TimeSpan.FromSeconds(1))).FindAll(["1"]) } };
        batch.BatchCommands[0].CommandText = "EXPLAIN " + batch.BatchCommands[0].CommandText;
        await database.ExecuteAsync("ALTER DATABASE " + connection.Database + " SET enable_seqscan = off");
        await connection.CloseAsync();
        NpgsqlConnection.ClearPool(connection);
        await connection.OpenAsync();
        var plan = new List<string>();
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains("sdk_api_keys_holds_expiry", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on sdk_api_keys_holds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_transaction_delays_an_index_and_does_not_break_it()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync("DROP INDEX sdk_api_keys_external_subject_key");
        await using var reader = await OpenTransactionAsync(database, "SELECT count(*) FROM sdk_api_keys");
        var migration = keys.MigrateAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(migration.IsCompleted);
        await reader.DisposeAsync();
        await migration;
        Assert.Equal(true, await database.ExecuteAsync(IsValid));
    }

    [Fact]
    public async Task A_time_limit_of_the_server_stops_no_migration()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await database.ExecuteAsync("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 300', current_database()); END $$");
        await using var reader = await OpenTransactionAsync(database, "SELECT count(*) FROM sdk_api_keys");
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        await using var store = new PostgresKeyStore(source);
        var migration = store.MigrateAsync(CancellationToken.None);
        await Task.WhenAny(migration, Task.Delay(TimeSpan.FromSeconds(2)));
        await reader.DisposeAsync();
        await migration;
        Assert.Empty(await store.PlanMigrationAsync());
        await using var command = source.CreateCommand("SHOW statement_timeout");
        Assert.Equal("300ms", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Two_spellings_of_one_table_take_turns()
    {
        for (var round = 0; round < 5; round++)
        {
            var database = await Databases.CreateAsync();
            var stores = Enumerable.Range(0, 8)
                .Select(i => PostgresKeyStore.Open(database.ConnectionString, new PostgresKeyStoreOptions { Table = i % 2 == 0 ? "sdk_api_keys" : "public.sdk_api_keys" }))
                .ToArray();
            await Task.WhenAll(stores.Select(store => store.MigrateAsync(CancellationToken.None)));
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Eight_instances_adopt_a_table_at_once_while_it_is_written()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        using var done = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                await database.ExecuteAsync($"INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix) VALUES ('acme', lpad('{i}', 64, '0'), 'ak_')");
            }
        });
        var stores = Enumerable.Range(0, 8).Select(_ => PostgresKeyStore.Open(database.ConnectionString)).ToArray();
        await Task.WhenAll(stores.Select(store => store.MigrateAsync(CancellationToken.None)));
        await done.CancelAsync();
        await writer;
        Assert.Empty(await stores[0].PlanMigrationAsync());
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Whole_cents_are_widened_only_when_that_was_asked_for()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        await store.MigrateAsync(CancellationToken.None);
        await using var keys = database.Open();
        var rich = new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(30_000_000), BudgetPeriod.Once) };
        Assert.Equal("budget", (await Assert.ThrowsAsync<InvalidFieldException>(() => keys.CreateAsync(rich))).Field);
        Assert.Contains("REWRITES", Assert.Single(await store.PlanMigrationAsync(widens: true)).Summary, StringComparison.Ordinal);
        await store.MigrateAsync(widens: true);
        Assert.Empty(await store.PlanMigrationAsync(widens: true));
        await using var widened = database.Open();
        Assert.Equal(rich.Budget, (await widened.CreateAsync(rich)).Key.Budget);
    }

    [Fact]
    public async Task A_plan_says_in_words_whom_it_keeps_waiting()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        foreach (var step in await store.PlanMigrationAsync())
        {
            Assert.Equal(step.Sql.Contains("CONCURRENTLY", StringComparison.Ordinal), step.IsOnline);
            Assert.Matches("^(Create|Add|Build|Identify) .*[.]$", step.Summary);
        }
    }

    [Fact]
    public async Task An_account_that_the_column_cannot_hold_is_refused_by_name()
    {
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE sdk_api_keys (id UUID PRIMARY KEY, account_id INTEGER NOT NULL, user_id UUID, key_hash TEXT NOT NULL UNIQUE)");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var key = new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null };
        Assert.Equal("accountId", (await Assert.ThrowsAsync<InvalidFieldException>(() => keys.CreateAsync(key))).Field);
        Assert.Equal("userId", (await Assert.ThrowsAsync<InvalidFieldException>(() => keys.CreateAsync(key with { AccountId = "42", UserId = "ann" }))).Field);
        var created = (await keys.CreateAsync(key with { AccountId = "42", UserId = "0d2f4a1e-7f1c-4a35-9f4e-0a8d6c7b5e4f" })).Key;
        Assert.Equal(("42", 36), (created.AccountId, created.Id.Length));
    }

    [Theory]
    [InlineData("key_hash", "")]
    [InlineData("key_hash", "a b")]
    [InlineData("key_hash", "x\"; DROP TABLE t; --")]
    [InlineData("key_hash", "1st")]
    [InlineData("key_hash", "xmin")]
    [InlineData("key_hash", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("colour", "red")]
    public void Row62_A_column_that_is_no_identifier_is_refused(string role, string name)
    {
        var columns = new KeyColumns();
        Assert.StartsWith("columns", Assert.Throws<InvalidFieldException>(() => columns[role] = name).Field, StringComparison.Ordinal);
    }

    [Fact]
    public void Row62_Two_roles_cannot_share_a_column()
    {
        var options = new PostgresKeyStoreOptions { Columns = { Name = "account_id" } };
        Assert.Equal("columns.name", Assert.Throws<InvalidFieldException>(() => PostgresKeyStore.Open("Host=127.0.0.1", options)).Field);
    }

    private static async Task<NpgsqlConnection> OpenTransactionAsync(Databases database, string sql)
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; " + sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
