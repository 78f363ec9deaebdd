using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>The host's table may drop what the store writes. A charge whose update is dropped would be a free call.</summary>
public sealed class DroppedUpdateTests
{
    private const string Dropping = "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER dropping BEFORE ";

    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    [Theory]
    [InlineData(false, Dropping + "UPDATE ON sdk_api_keys FOR EACH ROW EXECUTE FUNCTION drop_it()")]
    [InlineData(true, Dropping + "UPDATE ON sdk_api_keys FOR EACH ROW EXECUTE FUNCTION drop_it()")]
    [InlineData(true, Dropping + "UPDATE OF used_micros ON sdk_api_keys_budgets FOR EACH ROW EXECUTE FUNCTION drop_it()")]
    [InlineData(false, Dropping + "INSERT ON sdk_api_keys_ledger FOR EACH ROW EXECUTE FUNCTION drop_it()")]
    [InlineData(false, "CREATE RULE dropping AS ON UPDATE TO sdk_api_keys DO INSTEAD NOTHING")]
    [InlineData(false, "CREATE RULE dropping AS ON UPDATE TO sdk_api_keys WHERE OLD.account_id = 'acme' DO INSTEAD NOTHING")]
    [InlineData(true, "CREATE RULE dropping AS ON UPDATE TO sdk_api_keys_budgets DO INSTEAD NOTHING")]
    public async Task What_the_table_drops_is_no_charge_and_no_revocation(bool hasCeiling, string damage)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        if (hasCeiling)
        {
            await keys.SetBudgetAsync(BudgetOwner.Account("acme"), "all", new Budget(Cost.FromDollars(1), BudgetPeriod.Once));
        }

        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        await database.ExecuteAsync(damage);
        await using var restarted = database.Open();
        foreach (var instance in new[] { keys, restarted })
        {
            await Assert.ThrowsAsync<SchemaException>(() => instance.ChargeAsync(caller, Read));
        }

        if (damage.Contains("UPDATE ON sdk_api_keys ", StringComparison.Ordinal))
        {
            await Assert.ThrowsAsync<SchemaException>(() => keys.RevokeAsync(id));
            await Assert.ThrowsAsync<SchemaException>(() => keys.ChangeCapAsync(id, Cost.FromDollars(1)));
        }

        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE budget IS NULL"));
        Assert.Equal(15, await database.ExecuteAsync("SELECT budget_used_cents FROM sdk_api_keys"));
    }

    [Theory]
    [InlineData("INSERT")]
    [InlineData("UPDATE")]
    [InlineData("DELETE")]
    public async Task What_the_table_drops_of_a_hold_is_neither_held_nor_settled(string statement)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, _) = await Databases.MintAsync(keys);
        var hold = await keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1));
        await database.ExecuteAsync($"{Dropping}{statement} ON sdk_api_keys_holds FOR EACH ROW EXECUTE FUNCTION drop_it()");
        await using var restarted = database.Open();
        await Assert.ThrowsAsync<SchemaException>(() => statement switch
        {
            "INSERT" => restarted.HoldAsync(caller, Read, TimeSpan.FromMinutes(1)),
            "UPDATE" => restarted.ExtendAsync(hold.Receipt!, TimeSpan.FromMinutes(2)),
            _ => restarted.SettleAsync(hold.Receipt!, Cost.FromCents(1)),
        });
        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE operation_id IS NOT NULL"));
    }

    [Fact]
    public async Task A_rule_about_deleted_keys_is_none_of_ours()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync("CREATE RULE kept AS ON DELETE TO sdk_api_keys DO INSTEAD UPDATE sdk_api_keys SET revoked_at = now() WHERE id = OLD.id");
        await using var restarted = database.Open();
        Assert.True((await restarted.ChargeAsync((await Databases.MintAsync(restarted)).Caller, Read)).IsAllowed);
        Assert.Empty(await restarted.ExamineAsync());
    }

    [Fact]
    public async Task A_budget_that_the_table_does_not_take_is_not_set()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync(Dropping + "INSERT ON sdk_api_keys_budgets FOR EACH ROW EXECUTE FUNCTION drop_it()");
        await Assert.ThrowsAsync<SchemaException>(
            () => keys.SetBudgetAsync(BudgetOwner.Account("acme"), "all", new Budget(Cost.FromDollars(1), BudgetPeriod.Once)));
    }

    [Fact]
    public async Task A_trigger_that_drops_what_changes_nothing_is_in_nobodys_way()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        foreach (var table in new[] { "sdk_api_keys", "sdk_api_keys_budgets", "sdk_api_keys_holds" })
        {
            await database.ExecuteAsync($"CREATE TRIGGER unchanged BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()");
        }

        await keys.SetBudgetAsync(BudgetOwner.Account("acme"), "all", new Budget(Cost.FromDollars(1), BudgetPeriod.Once));
        var key = new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromCents(40), BudgetPeriod.Day) };
        var window = await keys.CreateAsync(key with { Budget = new Budget(Cost.FromCents(40), BudgetPeriod.Rolling(TimeSpan.FromHours(1))) });
        var parent = await keys.CreateAsync(key);
        var carved = await keys.CreateAsync(key with { ParentId = parent.Key.Id, Carve = true });
        foreach (var request in new[] { new ChargeRequest("docs.read", Cost.Zero), Read, new ChargeRequest("docs.read", Cost.Zero) })
        {
            foreach (var created in new[] { window, carved })
            {
                Assert.True((await keys.ChargeAsync(keys.Identify(created.Secret.Reveal()), request)).IsAllowed);
            }

            await database.ExecuteAsync("UPDATE sdk_api_keys SET budget_reset_at = '2026-01-01Z', budget_used_until = '2026-01-01Z' WHERE budget_reset_at IS NOT NULL");
        }

        var hold = (await keys.HoldAsync(keys.Identify(window.Secret.Reveal()), Read, TimeSpan.FromMinutes(5))).Receipt!;
        Assert.Equal(ExtendOutcome.Extended, (await keys.ExtendAsync(hold, TimeSpan.FromMinutes(1))).Outcome);
        Assert.True(await keys.ChangeCapAsync(parent.Key.Id, Cost.FromCents(80)));
        Assert.True(await keys.ChangeCapAsync(parent.Key.Id, Cost.FromCents(80)));
        Assert.True(await keys.RevokeAsync(parent.Key.Id));
        Assert.Empty(await keys.VerifyAsync());
    }

    [Fact]
    public async Task A_rule_that_only_adds_a_statement_drops_nothing()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, _) = await Databases.MintAsync(keys);
        await database.ExecuteAsync("CREATE TABLE log (at TIMESTAMPTZ); CREATE RULE logged AS ON UPDATE TO sdk_api_keys DO ALSO INSERT INTO log VALUES (now())");
        await using var restarted = database.Open();
        Assert.True((await restarted.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(1L, await database.ExecuteAsync("SELECT count(*) FROM log"));
    }
}
