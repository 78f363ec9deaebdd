using System.Globalization;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.StoreContract;

/// <summary>Keys below keys that share what is above them. Numbers are rows of the attack list (research: security and UX, 1b).</summary>
public abstract class ChainContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task Row34_Twenty_children_cannot_spend_more_than_their_parent()
    {
        var (_, root) = await MintAsync(NewKey("3.00"));
        var children = new List<Caller>();
        for (var i = 0; i < 20; i++)
        {
            children.Add((await MintAsync(Child(root, "0.90"))).Caller);
        }

        var decisions = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => Keys.ChargeAsync(children[i % 20], Read))));
        Assert.Equal(20, decisions.Count(decision => decision.IsAllowed));
        Assert.All(decisions.Where(decision => !decision.IsAllowed), decision => Assert.Equal($"key:{root}", decision.Denial!.RefusedBy));
        Assert.Equal(Cost.FromDollars(3), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task Row35_Daily_children_stay_within_their_monthly_parent()
    {
        var (_, root) = await MintAsync(NewKey("9.30", BudgetPeriod.Month));
        var (child, id) = await MintAsync(Child(root, "0.30", BudgetPeriod.Day));
        for (var day = 0; day < 31; day++)
        {
            Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
            Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
            Assert.Equal($"key:{id}", (await Keys.ChargeAsync(child, Read)).Denial!.RefusedBy);
            await Store.SetResetAsync(id, TimeSpan.Zero);
        }

        Assert.Equal($"key:{root}", (await Keys.ChargeAsync(child, Read)).Denial!.RefusedBy);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_link_that_somebody_changed_is_noticed_by_whoever_remembers_the_chain()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        var (_, above) = await MintAsync(NewKey("1.00"));
        Assert.True((await Keys.ValidateAsync(caller)).IsAlive);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET parent_id = '{above}' WHERE id = '{id}'");
        Assert.True((await Keys.ValidateAsync(caller)).IsAlive);
        await Keys.RevokeAsync(above);
        Assert.Equal(KeyFault.DeadAncestor, (await Keys.ValidateAsync(caller)).Denial!.Fault);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET parent_id = NULL WHERE id = '{id}'");
        Assert.True((await Keys.ValidateAsync(caller)).IsAlive);
    }

    [Fact]
    public async Task A_refund_and_a_hold_move_the_money_of_the_whole_chain()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (_, middle) = await MintAsync(Child(root, "0.80"));
        var (caller, leaf) = await MintAsync(Child(middle, "0.60"));
        var charge = (await Keys.ChargeAsync(caller, Read)).Receipt!;
        var hold = (await Keys.HoldAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(40)), TimeSpan.FromMinutes(1))).Receipt!;
        Assert.Equal("55, 55, 55", await SpentAsync(root, middle, leaf));
        await Keys.VoidAsync(charge);
        await Keys.SettleAsync(hold, Cost.FromCents(25));
        Assert.Equal("25, 25, 25", await SpentAsync(root, middle, leaf));
        await AssertAddsUpAsync(leaf);
    }

    [Fact]
    public async Task A_sibling_takes_back_the_expired_hold_that_fills_their_parent()
    {
        var (_, root) = await MintAsync(NewKey("0.30"));
        var (first, firstId) = await MintAsync(Child(root, "0.30"));
        var (second, secondId) = await MintAsync(Child(root, "0.30"));
        var hold = (await Keys.HoldAsync(first, new ChargeRequest("docs.read", Cost.FromCents(30)), TimeSpan.FromMinutes(1))).Receipt!;
        Assert.Equal($"key:{root}", (await Keys.ChargeAsync(second, Read)).Denial!.RefusedBy);
        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(second, Read)).IsAllowed);
        Assert.Equal(SettleOutcome.SettledLate, (await Keys.SettleAsync(hold, Cost.FromCents(20))).Outcome);
        Assert.Equal("35, 20, 15", await SpentAsync(root, firstId, secondId));
        await AssertAddsUpAsync(firstId);
    }

    [Fact]
    public async Task Row54_A_dead_ancestor_stops_all_descendants_at_once()
    {
        var (_, root) = await MintAsync();
        var (_, middle) = await MintAsync(Child(root, "1.00"));
        var (caller, _) = await MintAsync(Child(middle, "0.50"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.SetExpiryAsync(root, TimeSpan.Zero);
        Assert.Equal(KeyFault.DeadAncestor, (await Keys.ChargeAsync(caller, Read)).Denial!.Fault);
        Assert.Equal(KeyFault.DeadAncestor, (await Keys.ValidateAsync(caller)).Denial!.Fault);
        await Store.SetExpiryAsync(root, TimeSpan.FromDays(1));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Keys.RevokeAsync(middle);
        Assert.Equal(KeyFault.DeadAncestor, (await Keys.ChargeAsync(caller, Read)).Denial!.Fault);
    }

    [Fact]
    public async Task Row24_Row55_A_child_can_only_be_narrower()
    {
        var (parent, root) = await MintAsync(NewKey("50.00", BudgetPeriod.Month) with { Lifetime = Lifetime.Parse("7d") });
        (string Field, NewKey Key)[] wider =
        [
            ("scopes", Child(root, "1.00") with { Scopes = ScopeSet.Of("mail.send") }),
            ("scopes", Child(root, "1.00") with { Scopes = ScopeSet.Of("docs.read", "mail.*") }),
            ("scopes", Child(root, "1.00") with { Scopes = ScopeSet.Unlimited }),
            ("budget", Child(root, "50.01", BudgetPeriod.Month)),
            ("budget", Child(root, "50.00", BudgetPeriod.Day)),
            ("budget", Child(root, "1.62", BudgetPeriod.Day)),
            ("expires", Child(root, "1.00") with { Lifetime = Lifetime.Parse("8d") }),
            ("accountId", Child(root, "1.00") with { AccountId = "other" }),
            ("parentId", Child("999999", "1.00")),
            ("carve", NewKey() with { Carve = true }),
        ];
        foreach (var (field, key) in wider)
        {
            Assert.Equal(field, (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.CreateAsync(key))).Field);
        }

        Assert.Single(await Keys.ListAsync());
        var child = await Keys.CreateChildAsync(parent, Child("", "1.61", BudgetPeriod.Day) with { Scopes = ScopeSet.Of("docs.read.*") });
        Assert.Equal((root, (await Keys.FindAsync(root))!.ExpiresAt), (child.Key.ParentId, child.Key.ExpiresAt));
    }

    [Fact]
    public async Task A_child_without_a_cap_of_its_own_gets_its_parents()
    {
        var (_, root) = await MintAsync(NewKey("2.00", BudgetPeriod.Month));
        var child = await Keys.CreateAsync(Child(root, "1.00") with { Budget = null });
        Assert.Equal(new Budget(Cost.FromDollars(2), BudgetPeriod.Month), child.Key.Budget);
    }

    [Fact]
    public async Task A_child_belongs_to_its_parents_account_however_that_is_spelled()
    {
        const string account = "0b5e6f0a-9c1d-4c53-8f3e-aaaaaaaaaaaa";
        var (_, root) = await MintAsync(NewKey("2.00") with { AccountId = account });
        await Keys.CreateAsync(Child(root, "1.00") with { AccountId = account.ToUpperInvariant() });
        Assert.Equal(2, (await Keys.ListAsync(new() { AccountId = account })).Count);
    }

    [Fact]
    public async Task A_chain_has_a_bounded_depth()
    {
        var (_, id) = await MintAsync();
        for (var depth = 2; depth <= 8; depth++)
        {
            id = (await MintAsync(Child(id, "1.00"))).Id;
        }

        Assert.Equal("parentId", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.CreateAsync(Child(id, "1.00")))).Field);
    }

    [Fact]
    public async Task A_circle_that_somebody_made_by_hand_is_refused_and_not_followed()
    {
        var (_, root) = await MintAsync();
        var (caller, child) = await MintAsync(Child(root, "1.00"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET parent_id = '{child}' WHERE id = '{root}'");
        Assert.Equal(KeyFault.BrokenChain, (await Keys.ChargeAsync(caller, Read)).Denial!.Fault);
        Assert.Equal(KeyFault.BrokenChain, (await Keys.ValidateAsync(caller)).Denial!.Fault);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET parent_id = '{Store.UnknownId}' WHERE id = '{root}'");
        Assert.Equal(KeyFault.BrokenChain, (await Keys.ChargeAsync(caller, Read)).Denial!.Fault);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET parent_id = NULL WHERE id = '{root}'");
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(child);
    }

    [Fact]
    public async Task The_account_of_the_topmost_key_pays_whatever_the_keys_below_say()
    {
        foreach (var (account, cap) in new[] { ("acme", "0.30"), ("globex", "0.45") })
        {
            await Keys.SetBudgetAsync(BudgetOwner.Account(account), "all", new Budget(Cost.ParseDollars(cap), BudgetPeriod.Once));
        }

        var (_, root) = await MintAsync();
        var (caller, _) = await MintAsync(Child(root, "3.00"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET account_id = 'globex' WHERE id = '{root}'");
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        }

        Assert.Equal("account:globex/all", (await Keys.ChargeAsync(caller, Read)).Denial?.RefusedBy);
        var spent = await Keys.ListBudgetsAsync(BudgetOwner.Account("acme"));
        Assert.Equal(Cost.FromCents(15), spent[0].Spent);
        Assert.Empty(await Keys.VerifyAsync());
    }

    [Theory]
    [InlineData("void", 0)]
    [InlineData("settle", 10)]
    public async Task A_hold_of_a_key_that_was_moved_gives_nothing_to_the_new_account(string end, int spentCents)
    {
        foreach (var account in new[] { "acme", "globex" })
        {
            await Keys.SetBudgetAsync(BudgetOwner.Account(account), "all", new Budget(Cost.FromCents(60), BudgetPeriod.Once));
        }

        var (moved, id) = await MintAsync();
        var (other, otherId) = await MintAsync(NewKey(account: "globex"));
        var request = new ChargeRequest("docs.read", Cost.FromCents(60));
        var hold = (await Keys.HoldAsync(moved, request, TimeSpan.FromMinutes(5))).Receipt!;
        Assert.True((await Keys.ChargeAsync(other, request)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET account_id = 'globex' WHERE id = '{id}'");
        Assert.Equal(ExtendOutcome.Expired, (await Keys.ExtendAsync(hold, TimeSpan.FromMinutes(9))).Outcome);
        _ = end == "void" ? (object)await Keys.VoidAsync(hold) : await Keys.SettleAsync(hold, Cost.FromCents(spentCents));
        Assert.Equal(Cost.FromCents(60 + spentCents), (await Keys.ListBudgetsAsync(BudgetOwner.Account("globex")))[0].Spent);
        Assert.Equal(Cost.FromCents(spentCents), (await Keys.FindAsync(id))!.Spent);
        Assert.False((await Keys.ChargeAsync(other, Read)).IsAllowed);

        // The account that it left takes its part back as from any hold that has expired.
        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        var (left, _) = await MintAsync();
        Assert.True((await Keys.ChargeAsync(left, request)).IsAllowed);
        await AssertAddsUpAsync(id);
        await AssertAddsUpAsync(otherId);
    }

    [Fact]
    public async Task A_hold_of_a_key_that_was_moved_goes_back_where_one_account_begins_as_the_other()
    {
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme/labs"), "all", new Budget(Cost.FromCents(15), BudgetPeriod.Once));
        var (moved, id) = await MintAsync(NewKey(account: "acme/labs"));
        var hold = (await Keys.HoldAsync(moved, Read, TimeSpan.FromMinutes(5))).Receipt!;
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET account_id = 'acme' WHERE id = '{id}'");
        await Keys.VoidAsync(hold);
        await Store.SetHoldExpiryAsync(TimeSpan.Zero);
        var (left, leftId) = await MintAsync(NewKey(account: "acme/labs"));
        Assert.True((await Keys.ChargeAsync(left, Read)).IsAllowed);
        await AssertAddsUpAsync(leftId);
    }

    [Fact]
    public async Task A_ceiling_binds_although_the_topmost_key_moved_while_rows_were_remembered()
    {
        await Keys.SetBudgetAsync(BudgetOwner.Account("globex"), "all", new Budget(Cost.FromCents(15), BudgetPeriod.Once));
        var (_, root) = await MintAsync();
        var (caller, child) = await MintAsync(Child(root, "3.00"));
        for (var i = 0; i < 10; i++)
        {
            // Often enough that the batches of every instance count on what they remember.
            Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        }

        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET account_id = 'globex' WHERE id = '{root}'");
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal("account:globex/all", (await Keys.ChargeAsync(caller, Read)).Denial?.RefusedBy);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET account_id = 'initech' WHERE id = '{child}'");
        Assert.Equal("account:globex/all", (await Keys.ChargeAsync(caller, Read)).Denial?.RefusedBy);
    }

    protected static NewKey Child(string parent, string dollars, BudgetPeriod? period = null) => NewKey(dollars, period) with { ParentId = parent };

    /// <summary>What was spent of each, in cents.</summary>
    private async Task<string> SpentAsync(params string[] ids)
    {
        var spent = new List<string>();
        foreach (var id in ids)
        {
            spent.Add((await Keys.FindAsync(id))!.Spent.Cents.ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(", ", spent);
    }
}
