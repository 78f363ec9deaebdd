using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.StoreContract;

public abstract class RepetitionContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private static readonly ChargeRequest Once = new("docs.read", Cost.FromCents(15)) { OperationId = "op-1" };

    [Fact]
    public async Task The_same_operation_is_charged_once_one_after_the_other()
    {
        var (caller, id) = await MintAsync();
        var first = await Keys.ChargeAsync(caller, Once);
        var second = await Keys.ChargeAsync(caller, Once);
        Assert.Equal((first.Receipt, first.Remaining), (second.Receipt, second.Remaining));
        Assert.Equal((false, true), (first.IsReplay, second.IsReplay));
        Assert.Single(await LedgerAsync(id));
    }

    [Fact]
    public async Task Row36_The_same_operation_is_charged_once_all_at_the_same_time()
    {
        var (caller, id) = await MintAsync();
        var decisions = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Once))));
        Assert.Single(decisions, decision => !decision.IsReplay);
        Assert.Single(decisions.Select(decision => (decision.Receipt, decision.Remaining)).Distinct());
        Assert.Single(await LedgerAsync(id));
    }

    [Fact]
    public async Task Row36_The_same_id_for_something_else_is_refused()
    {
        var (caller, id) = await MintAsync();
        await Keys.ChargeAsync(caller, Once);
        ChargeRequest[] others =
        [
            new("docs.read", Cost.FromCents(16)) { OperationId = "op-1" },
            new("docs.search", Cost.FromCents(15)) { OperationId = "op-1" },
            new("docs.read", Cost.FromCents(15)) { OperationId = "op-1", Tool = "read" },
        ];
        foreach (var other in others)
        {
            Assert.Equal("idempotency_mismatch", (await Keys.ChargeAsync(caller, other)).Denial!.Code);
        }

        Assert.Single(await LedgerAsync(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_given_back_does_not_pay_for_another_try(bool isHeld)
    {
        var (caller, id) = await MintAsync();
        if (isHeld)
        {
            await Keys.VoidAsync((await Keys.HoldAsync(caller, Once, TimeSpan.FromMinutes(1))).Receipt!);
            Assert.Equal("duplicate_call", (await Keys.HoldAsync(caller, Once, TimeSpan.FromMinutes(1))).Denial!.Code);
        }
        else
        {
            await Keys.VoidAsync((await Keys.ChargeAsync(caller, Once)).Receipt!);
            Assert.Equal("duplicate_call", (await Keys.ChargeAsync(caller, Once)).Denial!.Code);
        }

        Assert.Equal("idempotency_mismatch", (await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(1)) { OperationId = "op-1" })).Denial!.Code);
        Assert.Equal(Cost.Zero, (await Keys.FindAsync(id))!.Spent);
        Assert.True((await Keys.ChargeAsync(caller, Once with { OperationId = "op-2" })).IsAllowed);
    }

    [Fact]
    public async Task Two_keys_may_use_the_same_id()
    {
        var (first, _) = await MintAsync();
        var (second, _) = await MintAsync();
        Assert.False((await Keys.ChargeAsync(first, Once)).IsReplay);
        Assert.False((await Keys.ChargeAsync(second, Once)).IsReplay);
    }

    [Fact]
    public async Task Row40_A_charge_is_returned_once_however_often_it_is_asked_for()
    {
        var (caller, id) = await MintAsync();
        var receipt = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.VoidAsync(receipt))));
        Assert.Single(results, VoidResult.Voided);
        Assert.Equal(15, results.Count(result => result == VoidResult.AlreadyVoided));
        Assert.Equal(Cost.Zero, (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_revoked_keys_charge_can_still_be_returned()
    {
        var (caller, id) = await MintAsync();
        var receipt = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        await Keys.RevokeAsync(id);
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(receipt));
    }

    [Fact]
    public async Task Row42_What_was_never_charged_cannot_be_returned()
    {
        var (caller, id) = await MintAsync();
        var (_, other) = await MintAsync();
        var receipt = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        ChargeReceipt[] strange = [receipt with { OperationId = "x" }, receipt with { KeyId = other }, receipt with { KeyId = "12abc" }];
        foreach (var forged in strange)
        {
            Assert.Equal(VoidResult.UnknownCharge, await Keys.VoidAsync(forged));
        }

        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(id))!.Spent);
    }
}
