using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Postgres.Tests;

/// <summary>Keys of a table whose ids are texts with slashes: <c>team/hourly</c> is a key, and a further budget of <c>team</c> may be called hourly.</summary>
public sealed class SlashIdTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    [Fact]
    public async Task Each_of_the_two_keeps_its_own_account()
    {
        var database = await Databases.CreateAsync();
        await using var keys = await OpenAsync(database);
        var team = await MintAsync(keys, database, "team");
        var hourly = await MintAsync(keys, database, "team/hourly");
        await keys.SetBudgetAsync(BudgetOwner.Key("team"), "hourly", new Budget(Cost.FromCents(45), BudgetPeriod.Hour));
        foreach (var caller in new[] { team, hourly, team, hourly })
        {
            Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        }

        Assert.Empty(await keys.VerifyAsync());
        Assert.Equal("key:team/hourly", (await keys.ChargeAsync(team, Of(Cost.FromCents(20)))).Denial?.RefusedBy);
        Assert.Equal("key:team/hourly/", (await keys.ChargeAsync(hourly, Of(Cost.FromDollars(4)))).Denial?.RefusedBy);
        await database.ExecuteAsync("UPDATE sdk_api_keys_ledger SET balance_micros = 1 WHERE sequence = (SELECT min(sequence) FROM sdk_api_keys_ledger WHERE key_id = 'team/hourly')");
        Assert.Equal("key:team/hourly/", Assert.Single(await keys.VerifyAsync()).Budget);
    }

    [Fact]
    public async Task The_holds_of_one_are_not_those_of_the_other()
    {
        var database = await Databases.CreateAsync();
        await using var keys = await OpenAsync(database);
        var team = await MintAsync(keys, database, "team");
        var hourly = await MintAsync(keys, database, "team/hourly");
        await database.ExecuteAsync("UPDATE sdk_api_keys SET parent_id = 'team' WHERE id = 'team/hourly'");
        await keys.SetBudgetAsync(BudgetOwner.Key("team"), "hourly", new Budget(Cost.FromDollars(3), BudgetPeriod.Hour));
        var ofTeam = (await keys.HoldAsync(team, Read, TimeSpan.FromMinutes(5))).Receipt!;
        var ofHourly = (await keys.HoldAsync(hourly, Read, TimeSpan.FromMinutes(5))).Receipt!;
        Assert.Equal(Cost.FromCents(15), (await keys.FindAsync("team/hourly"))!.Held);
        Assert.Equal(ExtendOutcome.Extended, (await keys.ExtendAsync(ofHourly, TimeSpan.FromMinutes(9))).Outcome);
        Assert.True((await keys.SettleAsync(ofHourly, Cost.FromCents(5))).IsSettled);
        Assert.Equal(VoidResult.Voided, await keys.VoidAsync(ofTeam));
        Assert.True((await keys.HoldAsync(hourly, Of(Cost.FromDollars(2)), TimeSpan.FromMinutes(5))).IsAllowed);
        await database.ExecuteAsync("UPDATE sdk_api_keys_holds SET expires_at = now()");

        // Each takes back its own part of what has expired, once.
        Assert.True((await keys.ChargeAsync(hourly, Of(Cost.FromDollars(2.95m)))).IsAllowed);
        Assert.Equal(Cost.FromDollars(3), (await keys.FindAsync("team/hourly"))!.Spent);
        Assert.Equal(Cost.FromDollars(3), Assert.Single(await keys.ListBudgetsAsync(BudgetOwner.Key("team"))).Spent);
        Assert.Equal(0L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_holds"));
        Assert.Empty(await keys.VerifyAsync());
    }

    [Fact]
    public async Task A_prune_leaves_what_both_are_recomputed_from()
    {
        var database = await Databases.CreateAsync();
        await using var keys = await OpenAsync(database);
        var team = await MintAsync(keys, database, "team");
        var hourly = await MintAsync(keys, database, "team/hourly");
        await keys.SetBudgetAsync(BudgetOwner.Key("team"), "hourly", new Budget(Cost.FromCents(45), BudgetPeriod.Hour));
        Assert.True((await keys.ChargeAsync(hourly, Read)).IsAllowed);
        Assert.True((await keys.ChargeAsync(team, Read)).IsAllowed);
        await database.ExecuteAsync("UPDATE sdk_api_keys_ledger SET at = at - interval '60 days'");
        await keys.PruneLedgerAsync(DateTimeOffset.UtcNow.AddDays(-30));
        Assert.Empty(await keys.VerifyAsync());
    }

    private static async Task<AgentKeys> OpenAsync(Databases database)
    {
        await database.CreateTypeScriptTableAsync(idType: "TEXT PRIMARY KEY DEFAULT md5(random()::text)");
        var keys = database.Open();
        await keys.MigrateAsync();
        return keys;
    }

    private static ChargeRequest Of(Cost cost) => new("docs.read", cost);

    /// <summary>A key of $3 whose id is the host's.</summary>
    private static async Task<Caller> MintAsync(AgentKeys keys, Databases database, string id)
    {
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Once) });
        await database.ExecuteAsync($"UPDATE sdk_api_keys SET id = '{id}' WHERE id = '{created.Key.Id}'");
        return keys.Identify(created.Secret.Reveal());
    }
}
