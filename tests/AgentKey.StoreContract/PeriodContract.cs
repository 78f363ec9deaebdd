using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

public abstract class PeriodContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Theory]
    [InlineData("day")]
    [InlineData("month")]
    public async Task A_new_period_brings_the_whole_budget_back(string period)
    {
        var (caller, id) = await MintAsync(NewKey("0.15", BudgetPeriod.Parse(period)));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        var denial = (await Keys.ChargeAsync(caller, Read)).Denial!;
        Assert.Equal((await Keys.FindAsync(id))!.ResetsAt, denial.ResetsAt);
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row49_Many_missed_periods_are_one_reset_into_the_future()
    {
        var (caller, id) = await MintAsync(NewKey("0.30", BudgetPeriod.Day));
        await Keys.ChargeAsync(caller, Read);
        await Store.SetResetAsync(id, TimeSpan.FromDays(-14));
        Assert.Equal(Cost.FromCents(15), (await Keys.ChargeAsync(caller, Read)).Remaining);
        var resetsAt = (await Keys.FindAsync(id))!.ResetsAt!.Value;
        var at = (await LedgerAsync(id))[^1].At;
        Assert.InRange(resetsAt, at, at.AddDays(1));
        Assert.Single(await LedgerAsync(id), entry => entry.Kind == LedgerEntryKind.Reset);
    }

    [Fact]
    public async Task Row50_Charges_that_meet_at_the_boundary_share_one_reset()
    {
        var (caller, id) = await MintAsync(NewKey("0.60", BudgetPeriod.Day));
        await Keys.ChargeAsync(caller, Read);
        await Store.SetResetAsync(id, TimeSpan.Zero);
        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        Assert.Equal(4, decisions.Count(decision => decision.IsAllowed));
        Assert.Single(await LedgerAsync(id), entry => entry.Kind == LedgerEntryKind.Reset);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row41_A_refund_goes_only_into_its_own_period()
    {
        var (caller, id) = await MintAsync(NewKey("0.30", BudgetPeriod.Day));
        var receipt = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        await Store.SetResetAsync(id, TimeSpan.Zero);
        await Keys.ChargeAsync(caller, Read);
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(receipt));
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task What_another_program_charged_counts_and_is_booked()
    {
        var (caller, id) = await MintAsync(NewKey("0.30"));
        await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(0.4m)));
        await Store.ChargeForeignAsync(id, 20);
        Assert.Equal(Cost.FromCents(9.6m), (await Keys.ChargeAsync(caller, Read)).Denial!.Remaining);
        Assert.True((await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(9.6m)))).IsAllowed);
        Assert.Contains(await LedgerAsync(id), entry => entry is { Kind: LedgerEntryKind.External, AmountMicroCents: 20_000_000 });
        await AssertAddsUpAsync(id);
    }
}
