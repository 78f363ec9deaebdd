using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.StoreContract;

/// <summary>Several budgets at once: of a key, of its account, by every calendar, and raised for a while.</summary>
public abstract class BudgetContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task An_hourly_and_a_daily_budget_bind_at_the_same_time()
    {
        var (caller, id) = await MintAsync(NewKey("0.60", BudgetPeriod.Day) with
        {
            MoreBudgets = new Dictionary<string, Budget> { ["hourly"] = new(Cost.FromCents(30), BudgetPeriod.Hour) },
        });
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        var denial = (await Keys.ChargeAsync(caller, Read)).Denial!;
        var hourly = Assert.Single((await Keys.FindAsync(id))!.MoreBudgets);
        Assert.Equal(($"key:{id}/hourly", hourly.ResetsAt), (denial.RefusedBy, denial.ResetsAt));
        await Store.SetBudgetEndAsync("hourly", TimeSpan.Zero);
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        await Store.SetBudgetEndAsync("hourly", TimeSpan.Zero);
        Assert.Equal($"key:{id}", (await Keys.ChargeAsync(caller, Read)).Denial!.RefusedBy);
        await AssertAddsUpAsync(id);
    }

    [Theory]
    [InlineData("period = 'fortnight'")]
    [InlineData("used_window = 'nonsense'")]
    [InlineData("cap_micros = -5")]
    [InlineData("period = 'once', used_micros = -5")]
    public async Task A_budget_that_makes_no_sense_is_listed_as_such_and_hides_no_other(string damage)
    {
        var acme = BudgetOwner.Account("acme");
        var sound = new Budget(Cost.FromCents(60), BudgetPeriod.Month);
        await Keys.SetBudgetAsync(acme, "damaged", new Budget(Cost.FromCents(30), BudgetPeriod.Parse("rolling 1h")));
        await Keys.SetBudgetAsync(acme, "sound", sound);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_budgets SET {damage} WHERE name = 'damaged'");
        var budgets = await Keys.ListBudgetsAsync(acme);
        Assert.Equal([("damaged", null), ("sound", sound)], budgets.Select(budget => (budget.Name, budget.Budget)));
        Assert.Equal([true, false], budgets.Select(budget => budget.Problem is not null));
    }

    [Fact]
    public async Task An_accounts_ceiling_binds_all_of_its_keys_and_no_others()
    {
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme"), "monthly", new Budget(Cost.FromCents(60), BudgetPeriod.Month));
        var callers = new[] { (await MintAsync()).Caller, (await MintAsync()).Caller };
        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Keys.ChargeAsync(callers[i % 2], Read))));
        Assert.Equal(4, decisions.Count(decision => decision.IsAllowed));
        Assert.All(decisions.Where(decision => !decision.IsAllowed), decision => Assert.Equal("account:acme/monthly", decision.Denial!.RefusedBy));
        Assert.True((await Keys.ChargeAsync((await MintAsync(NewKey(account: "other"))).Caller, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(60), Assert.Single(await Keys.ListBudgetsAsync(BudgetOwner.Account("acme"))).Spent);
        Assert.Empty(await Keys.VerifyAsync());
    }

    [Theory]
    [InlineData("once")]
    [InlineData("day")]
    [InlineData("rolling 24h")]
    public async Task A_ceiling_gives_back_nothing_that_was_spent_before_it_was_made(string period)
    {
        var before = (await Keys.ChargeAsync((await MintAsync()).Caller, Read)).Receipt!;

        // A store's clock may have whole milliseconds, and before is not at the same instant.
        await Task.Delay(5);
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme"), "ceiling", new Budget(Cost.FromCents(15), BudgetPeriod.Parse(period)));
        var (caller, _) = await MintAsync();
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(before));
        Assert.Equal("account:acme/ceiling", (await Keys.ChargeAsync(caller, Read)).Denial!.RefusedBy);
        Assert.Empty(await Keys.VerifyAsync());
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("week on wednesday at 09:00 in Europe/Berlin")]
    [InlineData("month on 31 in America/New_York")]
    [InlineData("year on 02-29")]
    public async Task Every_calendar_rolls_and_stays_hidden_from_the_other_library(string period)
    {
        var (caller, id) = await MintAsync(NewKey("0.15", BudgetPeriod.Parse(period)));
        Assert.Equal(period, (await Keys.FindAsync(id))!.Budget!.Period.ToString());
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        var denial = (await Keys.ChargeAsync(caller, Read)).Denial!;
        Assert.True(denial.ResetsAt > DateTimeOffset.UnixEpoch);
        Assert.Equal(1, await Store.ExecuteAsync($"SELECT count(*) FROM sdk_api_keys WHERE id = '{id}' AND budget_period IS NULL AND budget_reset_at IS NULL"));
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(denial.ResetsAt, (await Keys.FindAsync(id))!.ResetsAt);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_rolling_window_gives_money_back_as_it_grows_old()
    {
        var (caller, id) = await MintAsync(NewKey("0.30", BudgetPeriod.Parse("rolling 1h")));
        var refunded = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal($"key:{id}", (await Keys.ChargeAsync(caller, Read)).Denial!.RefusedBy);
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(refunded));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);

        // 62 slices of a minute ago is out of a window of 60 slices, whatever second it is.
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET budget_window = '1:30000000' WHERE id = '{id}'");
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(id);
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task A_raise_lasts_as_long_as_it_was_given()
    {
        var (caller, id) = await MintAsync(NewKey("0.15"));
        await Keys.ChargeAsync(caller, Read);
        Assert.True(await Keys.RaiseBudgetAsync(BudgetOwner.Key(id), null, Cost.FromCents(30), TimeSpan.FromHours(1)));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET budget_raise_until = {Store.Instant(TimeSpan.Zero)}");
        Assert.Equal(Cost.Zero, (await Keys.ChargeAsync(caller, Read)).Denial!.Remaining);
        Assert.False(await Keys.RaiseBudgetAsync(BudgetOwner.Key(Store.UnknownId), null, Cost.Zero, TimeSpan.FromHours(1)));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_keys_own_cap_is_changed_for_good_and_nothing_else()
    {
        var (caller, id) = await MintAsync(NewKey("0.15", BudgetPeriod.Day));
        var (_, dead) = await MintAsync();
        await Keys.RevokeAsync(dead);
        await Keys.ChargeAsync(caller, Read);
        var before = (await Keys.FindAsync(id))!;
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(45), "acme"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal($"key:{id}", (await Keys.ChargeAsync(caller, Read)).Denial!.RefusedBy);
        var after = (await Keys.FindAsync(id))!;
        Assert.Equal((new Budget(Cost.FromCents(45), BudgetPeriod.Day), before.ResetsAt, Cost.FromCents(45)), (after.Budget, after.ResetsAt, after.Spent));
        Assert.Equal(1, await Store.ExecuteAsync($"SELECT count(*) FROM sdk_api_keys WHERE id = '{id}' AND budget_cents = 45 AND budget_used_cents = 45"));
        Assert.False(await Keys.ChangeCapAsync(id, Cost.FromCents(60), "other"));
        Assert.False(await Keys.ChangeCapAsync(dead, Cost.FromCents(60)));
        Assert.False(await Keys.ChangeCapAsync(Store.UnknownId, Cost.FromCents(60)));
        Assert.False(await Keys.ChangeCapAsync("12abc", Cost.FromCents(60)));
        Assert.Equal("budget", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ChangeCapAsync(id, Cost.FromCents(0.5m)))).Field);
        Assert.Equal(after, await Keys.FindAsync(id));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_cap_below_what_is_spent_and_held_takes_nothing_back_and_refuses_the_next_call()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        await Keys.ChargeAsync(caller, Read);
        var hold = (await Keys.HoldAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(30)), TimeSpan.FromMinutes(1))).Receipt!;
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(20)));
        Assert.Equal((Cost.FromCents(45), Cost.FromCents(30), Cost.Zero), ((await Keys.FindAsync(id))!.Spent, (await Keys.FindAsync(id))!.Held, (await Keys.FindAsync(id))!.Remaining));
        Assert.Equal(Cost.Zero, (await Keys.ChargeAsync(caller, Read)).Denial!.Remaining);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold, Cost.FromCents(10))).Outcome);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, Read)).Denial!.Code);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(40)));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.Zero));
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(0.0001m)))).Denial!.Code);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_changed_cap_is_no_wider_than_a_mint_could_make_it()
    {
        var (_, root) = await MintAsync(NewKey("3.10", BudgetPeriod.Month));
        var (_, middle) = await MintAsync(NewKey() with { ParentId = root, Budget = null });
        var (child, id) = await MintAsync(NewKey("0.05", BudgetPeriod.Day) with { ParentId = middle });
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(10)));
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ChangeCapAsync(id, Cost.FromCents(11)));
        Assert.Equal(("budget", true), (refusal.Field, refusal.IsTooWide));
        Assert.Equal("budget", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ChangeCapAsync(middle, Cost.FromCents(311)))).Field);
        Assert.Equal(Cost.FromCents(10), (await Keys.FindAsync(id))!.Budget!.Cap);

        // What is below keeps its cap when the one above gets less, and is bound by both.
        Assert.True(await Keys.ChangeCapAsync(root, Cost.FromCents(8)));
        Assert.Equal($"key:{root}", (await Keys.ChargeAsync(child, new ChargeRequest("docs.read", Cost.FromCents(9)))).Denial!.RefusedBy);
        await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ChangeCapAsync(middle, Cost.FromCents(9)));
        Assert.True(await Keys.ChangeCapAsync(middle, Cost.FromCents(8)));
    }

    [Fact]
    public async Task A_key_without_a_cap_gets_one_and_all_that_it_has_spent_counts()
    {
        var (caller, id) = await MintAsync(NewKey() with { Budget = null });
        await Keys.ChargeAsync(caller, Read);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(30)));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal($"key:{id}", (await Keys.ChargeAsync(caller, Read)).Denial!.RefusedBy);
        Assert.Equal(new Budget(Cost.FromCents(30), BudgetPeriod.Once), (await Keys.FindAsync(id))!.Budget);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_raise_stays_on_top_of_a_changed_cap()
    {
        var (caller, id) = await MintAsync(NewKey("0.15"));
        await Keys.RaiseBudgetAsync(BudgetOwner.Key(id), null, Cost.FromCents(15), TimeSpan.FromHours(1));
        await Keys.ChangeCapAsync(id, Cost.FromCents(30));
        Assert.Equal(Cost.FromCents(45), (await Keys.FindAsync(id))!.Remaining);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET budget_raise_until = {Store.Instant(TimeSpan.Zero)}");
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Remaining);
    }

    [Fact]
    public async Task A_raise_beyond_every_amount_is_as_much_as_there_can_be()
    {
        var acme = BudgetOwner.Account("acme");
        await Keys.SetBudgetAsync(acme, "all", new Budget(Cost.FromCents(15), BudgetPeriod.Once));
        var (caller, id) = await MintAsync(NewKey("0.15") with
        {
            MoreBudgets = new Dictionary<string, Budget> { ["hourly"] = new(Cost.FromCents(15), BudgetPeriod.Hour) },
        });
        foreach (var (owner, name) in new[] { (BudgetOwner.Key(id), null), (BudgetOwner.Key(id), "hourly"), (acme, "all") })
        {
            Assert.True(await Keys.RaiseBudgetAsync(owner, name, Cost.MaxValue, TimeSpan.FromHours(1)));
        }

        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(45)));
        await Keys.PingAsync();
        Assert.Equal(Cost.FromMicroCents(long.MaxValue - Cost.FromCents(30).MicroCents), Assert.Single(await Keys.ListBudgetsAsync(acme)).Remaining);
        Assert.Equal(Cost.FromCents(30), Assert.Single(await Keys.ListAsync()).Spent);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET budget_raise_until = {Store.Instant(TimeSpan.Zero)}");
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Remaining);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task While_calls_go_on_no_cap_that_was_ever_set_is_overspent()
    {
        var (caller, id) = await MintAsync(NewKey("0.30"));
        var caps = Task.WhenAll(Enumerable.Range(2, 19).Select(i => Task.Run(() => Keys.ChangeCapAsync(id, Cost.FromCents(15 * i)))));
        var decisions = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        Assert.All(await caps, Assert.True);
        await Keys.ChangeCapAsync(id, Cost.FromCents(15));
        Assert.False((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        var key = (await Keys.FindAsync(id))!;
        Assert.Equal(Cost.FromCents(15 * decisions.Count(decision => decision.IsAllowed)), key.Spent);
        Assert.InRange(key.Spent.Cents, 30, 15 * 20);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_cap_can_be_changed_and_a_budget_removed_without_losing_the_account()
    {
        var (caller, id) = await MintAsync();
        var owner = BudgetOwner.Key(id);
        await Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(15), BudgetPeriod.Hour));
        await Keys.ChargeAsync(caller, Read);
        await Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(30), BudgetPeriod.Hour));
        Assert.Equal(Cost.FromCents(15), Assert.Single(await Keys.ListBudgetsAsync(owner)).Spent);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(15), BudgetPeriod.Day));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True(await Keys.RemoveBudgetAsync(owner, "hourly"));
        Assert.False(await Keys.RemoveBudgetAsync(owner, "hourly"));
        await Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(15), BudgetPeriod.Day));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_budget_binds_its_key_however_the_id_is_written()
    {
        var (caller, id) = await MintAsync();
        var owner = BudgetOwner.Key(Store.Respell(id));
        await Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(15), BudgetPeriod.Hour));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal($"key:{id}/hourly", (await Keys.ChargeAsync(caller, Read)).Denial?.RefusedBy);
        Assert.Equal(Cost.FromCents(15), Assert.Single(await Keys.ListBudgetsAsync(owner)).Spent);
        Assert.True(await Keys.RaiseBudgetAsync(owner, "hourly", Cost.FromCents(15), TimeSpan.FromHours(1)));
        Assert.True(await Keys.RaiseBudgetAsync(owner, null, Cost.FromCents(15), TimeSpan.FromHours(1)));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True(await Keys.RemoveBudgetAsync(owner, "hourly"));
        Assert.Empty((await Keys.FindAsync(id))!.MoreBudgets);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("12abc")]
    public async Task A_budget_of_a_key_that_there_is_not_is_refused(string? id)
    {
        var owner = BudgetOwner.Key(id ?? Store.UnknownId);
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromCents(15), BudgetPeriod.Hour)));
        Assert.Equal("keyId", refusal.Field);
        Assert.Empty(await Keys.ListBudgetsAsync(owner));
        Assert.False(await Keys.RaiseBudgetAsync(owner, "hourly", Cost.FromCents(15), TimeSpan.FromHours(1)));
        Assert.False(await Keys.RemoveBudgetAsync(owner, "hourly"));
        Assert.Equal(0, await Store.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_budgets"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hourly")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public async Task A_budgets_name_is_checked(string name)
    {
        var budget = new Budget(Cost.FromCents(15), BudgetPeriod.Hour);
        Assert.Equal("budget name", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.SetBudgetAsync(BudgetOwner.Account("acme"), name, budget))).Field);
    }
}
