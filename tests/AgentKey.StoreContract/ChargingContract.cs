using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

public abstract class ChargingContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task A_charge_spends_and_a_refusal_does_not()
    {
        var (caller, id) = await MintAsync(NewKey("0.20"));
        var first = await Keys.ChargeAsync(caller, Read);
        Assert.Equal(Cost.FromCents(5), first.Remaining);
        var denial = (await Keys.ChargeAsync(caller, Read)).Denial!;
        Assert.Equal(("budget_exhausted", Cost.FromCents(15), Cost.FromCents(5)), (denial.Code, denial.Cost, denial.Remaining!.Value));
        Assert.Equal(($"key:{id}", null), (denial.RefusedBy, denial.ResetsAt));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task The_ledger_says_who_what_and_why()
    {
        var created = await Keys.CreateAsync(NewKey());
        var caller = Keys.Identify(created.Secret.Reveal(), onBehalfOf: "ann");
        await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(0.03m)) { Tool = "read", TraceId = "t1", OperationId = "op-1" });
        var entry = Assert.Single(await LedgerAsync(created.Key.Id));
        Assert.Equal(
            (LedgerEntryKind.Charge, 30_000L, "op-1", "docs.read", "read", "t1", "ann"),
            (entry.Kind, entry.AmountMicroCents, entry.OperationId, entry.Scope, entry.Tool, entry.TraceId, entry.OnBehalfOf));
        Assert.True(entry.Sequence > 0 && entry.At >= created.Key.CreatedAt);
    }

    [Fact]
    public async Task Row32_Money_for_twenty_admits_exactly_twenty_of_sixty_four()
    {
        var (caller, id) = await MintAsync(NewKey("3.00"));
        var decisions = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        Assert.Equal(20, decisions.Count(decision => decision.IsAllowed));
        Assert.All(decisions.Where(decision => !decision.IsAllowed), decision => Assert.Equal("budget_exhausted", decision.Denial!.Code));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Keys_do_not_spend_each_others_money()
    {
        var minted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => MintAsync(NewKey("0.60"))));
        var decisions = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Keys.ChargeAsync(minted[i % 20].Caller, Read))));
        Assert.Equal(80, decisions.Count(decision => decision.IsAllowed));
        foreach (var (_, id) in minted)
        {
            Assert.Equal(Cost.FromCents(60), (await Keys.FindAsync(id))!.Spent);
        }
    }

    [Fact]
    public async Task Revoked_between_two_calls_the_next_is_refused()
    {
        var (caller, id) = await MintAsync();
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Keys.RevokeAsync(id);
        Assert.Equal((DenialCode.InvalidKey, KeyFault.Revoked), Refusal(await Keys.ChargeAsync(caller, Read)));
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Expired_between_two_calls_the_next_is_refused()
    {
        var (caller, id) = await MintAsync();
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.SetExpiryAsync(id, TimeSpan.Zero);
        Assert.Equal((DenialCode.InvalidKey, KeyFault.Expired), Refusal(await Keys.ChargeAsync(caller, Read)));
    }

    [Fact]
    public async Task Junk_and_unknown_keys_are_refused()
    {
        Assert.Equal((DenialCode.InvalidKey, KeyFault.Malformed), Refusal(await Keys.ChargeAsync(Keys.Identify("ak_junk"), Read)));
        var unknown = Keys.Identify(AgentSecret.Generate().Reveal());
        Assert.Equal((DenialCode.InvalidKey, KeyFault.Unknown), Refusal(await Keys.ChargeAsync(unknown, Read)));
    }

    [Fact]
    public async Task A_scope_that_is_not_held_is_refused_and_free()
    {
        var (caller, id) = await MintAsync();
        var denial = (await Keys.ChargeAsync(caller, new ChargeRequest("mail.send", Cost.FromCents(1)))).Denial!;
        Assert.Equal(("insufficient_scope", "mail.send"), (denial.Code, denial.RequiredScope));
        Assert.Empty(await LedgerAsync(id));
    }

    [Fact]
    public async Task A_key_without_scopes_or_cap_may_do_and_spend_what_it_wants()
    {
        var (caller, id) = await MintAsync(NewKey() with { Scopes = ScopeSet.Unlimited, Budget = null });
        var decision = await Keys.ChargeAsync(caller, new ChargeRequest("anything.at.all", Cost.FromDollars(1_000_000)));
        Assert.True(decision is { IsAllowed: true, Remaining: null });
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, new ChargeRequest("x", Cost.MaxValue))).Denial!.Code);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Ten_thousand_small_prices_add_up_exactly()
    {
        var (caller, id) = await MintAsync(NewKey("0.04"));
        var request = new ChargeRequest("docs.read", Cost.FromCents(0.0004m));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (_, token) => await Keys.ChargeAsync(caller, request, token));
        Assert.Equal(Cost.FromCents(4), (await Keys.FindAsync(id))!.Spent);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_call_that_was_given_up_before_the_store_was_asked_is_free()
    {
        var (caller, id) = await MintAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Keys.ChargeAsync(caller, Read, cancelled.Token));
        Assert.Empty(await LedgerAsync(id));
    }

    private static (DenialCode Reason, KeyFault? Fault) Refusal(ChargeDecision decision) => (decision.Denial!.Reason, decision.Denial.Fault);
}
