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
