using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>What is planned before a migration, and what the role of a running program may not do.</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task A_plan_is_what_the_migration_does_and_then_nothing()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        var plan = await store.PlanMigrationAsync();
        Assert.Contains(plan, step => step.Sql.Contains("ADD COLUMN \"budget_used_micros\" BIGINT", StringComparison.Ordinal));
        Assert.Contains(plan, step => step.Sql.Contains("CREATE UNIQUE INDEX CONCURRENTLY", StringComparison.Ordinal));
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM pg_attribute WHERE attname = 'budget_used_micros'"));
        foreach (var step in plan)
        {
            await database.ExecuteAsync(step.Sql);
        }

        Assert.Empty(await store.PlanMigrationAsync());
        Assert.Empty(await store.ListAsync(new Storage.KeyQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task Row79_The_runtime_role_charges_but_raises_no_budget_and_deletes_no_ledger()
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD COLUMN email TEXT");
        var created = await admin.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Day) });
        await admin.SetBudgetAsync(BudgetOwner.Key(created.Key.Id), "hourly", new Budget(Cost.FromDollars(2), BudgetPeriod.Hour));
        var (_, asRole) = await database.CreateRoleAsync();
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole));
        var caller = keys.Identify(created.Secret.Reveal());
        var request = new ChargeRequest("docs.read", Cost.FromCents(15));
        await keys.VoidAsync((await keys.ChargeAsync(caller, request)).Receipt!);
        var hold = (await keys.HoldAsync(caller, request, TimeSpan.FromMinutes(1))).Receipt!;
        await keys.ExtendAsync(hold, TimeSpan.FromMinutes(2));
        Assert.Equal(SettleOutcome.Settled, (await keys.SettleAsync(hold, Cost.FromCents(5))).Outcome);
        Assert.Empty(await keys.VerifyAsync());
        Assert.Single(await keys.ReadSpendingAsync(new Storage.SpendingQuery { Since = DateTimeOffset.UnixEpoch }));
        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_rollups WHERE since IS NOT NULL"));
        Assert.Contains("permission denied", (await Assert.ThrowsAsync<Storage.SchemaException>(() => keys.ChangeCapAsync(created.Key.Id, Cost.FromDollars(9)))).Message, StringComparison.Ordinal);
        Assert.Contains("permission denied", (await Assert.ThrowsAsync<Storage.SchemaException>(() => keys.ChangeCapAsync(created.Key.Id, Cost.Zero))).Message, StringComparison.Ordinal);
        string[] forbidden =
        [
            "SELECT email FROM sdk_api_keys",
            "UPDATE sdk_api_keys SET budget_cents = 1000000",
            "UPDATE sdk_api_keys SET budget_raise_micros = 1000000",
            "UPDATE sdk_api_keys SET scopes = NULL",
            "UPDATE sdk_api_keys SET expires_at = NULL",
            "UPDATE sdk_api_keys SET parent_id = NULL",
            "INSERT INTO sdk_api_keys (key_hash, key_prefix) VALUES ('x', 'x')",
            "UPDATE sdk_api_keys_budgets SET cap_micros = 1000000",
            "DELETE FROM sdk_api_keys_budgets",
            "UPDATE sdk_api_keys_ledger SET amount_micros = 0",
            "DELETE FROM sdk_api_keys_ledger",
            "TRUNCATE sdk_api_keys_ledger",
        ];
        foreach (var sql in forbidden)
        {
            await using var connection = new NpgsqlConnection(asRole);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    [Fact]
    public async Task A_role_replaces_hashes_only_when_it_was_let_to()
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        var created = await admin.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Day) });
        var (role, asRole) = await database.CreateRoleAsync();
        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        var options = new AgentKeysOptions { Peppers = { Current = "p1" } };
        options.Peppers.Add("p1", new byte[32]);
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole), options);
        var caller = keys.Identify(created.Secret.Reveal());
        var request = new ChargeRequest("docs.read", Cost.FromCents(15));
        Assert.Contains("permission denied", (await Assert.ThrowsAsync<Storage.SchemaException>(() => keys.ChargeAsync(caller, request))).Message, StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, (await admin.FindAsync(created.Key.Id))!.Spent);
        foreach (var grant in store.GrantsFor(role, upgradesHashes: true))
        {
            await database.ExecuteAsync(grant);
        }

        Assert.True((await keys.ChargeAsync(caller, request)).IsAllowed);
        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys WHERE key_hash LIKE 'p1:%'"));
    }
}
