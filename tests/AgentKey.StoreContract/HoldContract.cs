using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.StoreContract;

/// <summary>Money that is reserved first and spent later. Numbers are rows of the attack list (research: security and UX, 1b).</summary>
public abstract class HoldContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Held_money_counts_at_once_and_the_rest_comes_back()
    {
        var (caller, id) = await MintAsync(NewKey("0.40"));
        var hold = await HoldAsync(caller, 30);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, Read)).Denial!.Code);
        Assert.Equal((Cost.FromCents(30), Cost.FromCents(30)), ((await Keys.FindAsync(id))!.Spent, (await Keys.FindAsync(id))!.Held));
        var settled = await Keys.SettleAsync(hold, Cost.FromCents(12.5m));
        Assert.Equal((SettleOutcome.Settled, Cost.FromCents(12.5m), Cost.Zero, Cost.FromCents(27.5m)), (settled.Outcome, settled.Spent, settled.Overrun, settled.Remaining!.Value));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row39_More_than_was_held_is_recorded_in_full_and_blocks_the_next_call()
    {
        var (caller, id) = await MintAsync(NewKey("0.40"));
        var settled = await Keys.SettleAsync(await HoldAsync(caller, 30), Cost.FromCents(55));
        Assert.Equal((SettleOutcome.Settled, Cost.FromCents(55), Cost.FromCents(25)), (settled.Outcome, settled.Spent, settled.Overrun));
        var denial = (await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(0.0001m)))).Denial!;
        Assert.Equal(("budget_exhausted", Cost.Zero), (denial.Code, denial.Remaining!.Value));
        Assert.Equal(Cost.FromCents(55), (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    /// <summary>Row 40: every second thing that can be done to a hold has its own answer, and moves no money.</summary>
    [Theory]
    [InlineData("open", SettleOutcome.Settled, VoidResult.Voided, ExtendOutcome.Extended)]
    [InlineData("settled", SettleOutcome.AlreadySettled, VoidResult.AlreadySettled, ExtendOutcome.AlreadySettled)]
    [InlineData("voided", SettleOutcome.AlreadyVoided, VoidResult.AlreadyVoided, ExtendOutcome.AlreadyVoided)]
    [InlineData("expired", SettleOutcome.SettledLate, VoidResult.Expired, ExtendOutcome.Expired)]
    [InlineData("taken back", SettleOutcome.SettledLate, VoidResult.Expired, ExtendOutcome.Expired)]
    [InlineData("unknown", SettleOutcome.UnknownHold, VoidResult.UnknownCharge, ExtendOutcome.UnknownHold)]
    [InlineData("another key's", SettleOutcome.UnknownHold, VoidResult.UnknownCharge, ExtendOutcome.UnknownHold)]
    public async Task Row40_A_hold_answers_by_its_state(string state, SettleOutcome settle, VoidResult @void, ExtendOutcome extend)
    {
        Assert.Equal(settle, (await Keys.SettleAsync(await HoldInAsync(state), Cost.FromCents(10))).Outcome);
        Assert.Equal(@void, await Keys.VoidAsync(await HoldInAsync(state)));
        Assert.Equal(extend, (await Keys.ExtendAsync(await HoldInAsync(state), Minute)).Outcome);
        Assert.Empty(await Keys.VerifyAsync());
    }

    [Fact]
    public async Task A_charge_is_no_hold_and_a_hold_no_charge()
    {
        var (caller, id) = await MintAsync();
        var hold = await HoldAsync(caller, 15);
        var charge = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        Assert.Equal(VoidResult.UnknownCharge, await Keys.VoidAsync(new ChargeReceipt(id, hold.OperationId, hold.UpTo)));
        Assert.Equal(VoidResult.UnknownCharge, await Keys.VoidAsync(new HoldReceipt(id, charge.OperationId, charge.Cost, hold.ExpiresAt)));
        Assert.Equal(Cost.FromCents(30), (await Keys.FindAsync(id))!.Spent);

        // Nor is how it ended told.
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(hold));
        Assert.Equal(VoidResult.UnknownCharge, await Keys.VoidAsync(new ChargeReceipt(id, hold.OperationId, hold.UpTo)));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row38_Expired_money_is_taken_back_when_it_is_needed_and_a_late_settle_is_charged_once()
    {
        var (caller, id) = await MintAsync(NewKey("0.40"));
        var hold = await HoldAsync(caller, 40);
        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        Assert.Equal(Cost.Zero, (await Keys.FindAsync(id))!.Spent);
        Assert.Equal(Cost.FromCents(25), (await Keys.ChargeAsync(caller, Read)).Remaining);
        var late = await Keys.SettleAsync(hold, Cost.FromCents(30));
        Assert.Equal((SettleOutcome.SettledLate, Cost.FromCents(30)), (late.Outcome, late.Spent));
        Assert.Equal(SettleOutcome.AlreadySettled, (await Keys.SettleAsync(hold, Cost.FromCents(30))).Outcome);
        Assert.Equal(Cost.FromCents(45), (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row37_A_hold_that_nobody_settles_does_not_outlive_its_time()
    {
        var (caller, id) = await MintAsync(NewKey("0.60"));
        for (var i = 0; i < 4; i++)
        {
            await HoldAsync(caller, 15);
        }

        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        Assert.Equal(4, decisions.Count(decision => decision.IsAllowed));
        Assert.Equal(0, await Store.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_holds"));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row41_A_settlement_lands_in_the_period_of_its_hold()
    {
        var (caller, id) = await MintAsync(NewKey("0.40", BudgetPeriod.Day));
        var less = await HoldAsync(caller, 20);
        var more = await HoldAsync(caller, 20);
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(less, Cost.FromCents(5))).Outcome);
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Spent);

        // What had not been reserved yesterday is spent today.
        Assert.Equal(Cost.FromCents(3), (await Keys.SettleAsync(more, Cost.FromCents(23))).Overrun);
        Assert.Equal(Cost.FromCents(18), (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task An_extended_hold_outlives_its_first_expiry()
    {
        var (caller, id) = await MintAsync(NewKey("0.15"));
        var hold = await HoldAsync(caller, 15);
        var extended = await Keys.ExtendAsync(hold, TimeSpan.FromHours(1));
        Assert.True(extended.ExpiresAt > hold.ExpiresAt.AddMinutes(50));
        Assert.Equal(extended.ExpiresAt, (await Keys.ExtendAsync(hold, Minute)).ExpiresAt);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, Read)).Denial!.Code);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold, Cost.FromCents(15))).Outcome);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_hold_that_is_given_no_more_time_only_tells_when_it_ends()
    {
        var (caller, _) = await MintAsync(NewKey("0.15"));
        var hold = await HoldAsync(caller, 15);
        Assert.Equal(new ExtendResult(ExtendOutcome.Extended, hold.ExpiresAt), await Keys.ExtendAsync(hold, TimeSpan.Zero));
        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        Assert.Equal(ExtendOutcome.Expired, (await Keys.ExtendAsync(hold, TimeSpan.Zero)).Outcome);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
    }

    [Fact]
    public async Task Row36_The_same_hold_and_the_same_settlement_are_made_once()
    {
        var (caller, id) = await MintAsync(NewKey("0.40"));
        var request = new ChargeRequest("docs.read", Cost.FromCents(20)) { OperationId = "op" };
        var holds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Keys.HoldAsync(caller, request, Minute))));
        Assert.Single(holds, hold => !hold.IsReplay);
        var receipt = Assert.Single(holds.Select(hold => hold.Receipt).Distinct())!;
        Assert.Equal("idempotency_mismatch", (await Keys.HoldAsync(caller, request, TimeSpan.FromMinutes(2))).Denial!.Code);
        Assert.Equal("idempotency_mismatch", (await Keys.ChargeAsync(caller, request)).Denial!.Code);
        var settled = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Keys.SettleAsync(receipt, Cost.FromCents(7), "settle"))));
        Assert.All(settled, result => Assert.Equal((SettleOutcome.Settled, Cost.FromCents(7), Cost.FromCents(33)), (result.Outcome, result.Spent, result.Remaining!.Value)));
        Assert.Equal(SettleOutcome.IdempotencyMismatch, (await Keys.SettleAsync(receipt, Cost.FromCents(8), "settle")).Outcome);
        Assert.Equal(Cost.FromCents(7), (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Row28_A_cost_that_no_column_can_hold_changes_nothing()
    {
        var (caller, id) = await MintAsync();
        var (child, _) = await MintAsync(NewKey("1.00") with { ParentId = id, Carve = true });
        foreach (var hold in new[] { await HoldAsync(caller, 20), await HoldAsync(child, 20) })
        {
            Assert.Equal(SettleOutcome.TooLarge, (await Keys.SettleAsync(hold, Cost.MaxValue)).Outcome);
            Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold, Cost.FromCents(20))).Outcome);
        }

        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_revoked_key_settles_what_it_held_and_holds_no_more()
    {
        var (caller, id) = await MintAsync();
        var hold = await HoldAsync(caller, 20);
        await Keys.RevokeAsync(id);
        Assert.Equal("invalid_key", (await Keys.HoldAsync(caller, Read, Minute)).Denial!.Code);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold, Cost.FromCents(20))).Outcome);
        await AssertAddsUpAsync(id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(999)]
    [InlineData(604_800_001)]
    public async Task A_time_to_live_out_of_range_is_refused_by_name(long milliseconds)
    {
        var (caller, id) = await MintAsync();
        var error = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.HoldAsync(caller, Read, TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Equal("timeToLive", error.Field);
        Assert.Empty(await LedgerAsync(id));
    }

    private async Task<HoldReceipt> HoldAsync(Caller caller, int cents) =>
        (await Keys.HoldAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(cents)), Minute)).Receipt!;

    private async Task<HoldReceipt> HoldInAsync(string state)
    {
        var (caller, _) = await MintAsync(NewKey("0.20"));
        var hold = await HoldAsync(caller, 15);
        switch (state)
        {
            case "settled":
                await Keys.SettleAsync(hold, Cost.FromCents(10));
                break;
            case "voided":
                await Keys.VoidAsync(hold);
                break;
            case "expired":
                await Store.SetHoldExpiryAsync(TimeSpan.Zero);
                break;
            case "taken back":
                await Store.SetHoldExpiryAsync(TimeSpan.Zero);
                Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
                break;
            case "unknown":
                return hold with { OperationId = "other" };
            case "another key's":
                return hold with { KeyId = (await MintAsync()).Id };
        }

        return hold;
    }
}
