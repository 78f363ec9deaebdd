using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.StoreContract;

/// <summary>Children whose caps are drawn from their parent in advance.</summary>
public abstract class CarvingContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task A_carved_cap_is_drawn_at_once_and_spent_without_the_parent()
    {
        var (parent, root) = await MintAsync(NewKey("1.00"));
        var (child, id) = await MintAsync(Carved(root, "0.60"));
        Assert.Equal(Cost.FromCents(40), (await Keys.FindAsync(root))!.Remaining);
        Assert.True((await Keys.ChargeAsync(parent, new ChargeRequest("docs.read", Cost.FromCents(40)))).IsAllowed);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(parent, Read)).Denial!.Code);
        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.ChargeAsync(child, Read))));
        Assert.Equal(4, decisions.Count(decision => decision.IsAllowed));
        Assert.Equal(Cost.FromDollars(1), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task More_than_the_parent_has_left_cannot_be_carved_however_many_try()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TryMintAsync(Carved(root, "0.30")))));
        Assert.Equal(3, made.Count(field => field is null));
        Assert.All(made.OfType<string>(), field => Assert.Equal("budget", field));
        Assert.Equal(Cost.FromCents(90), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task What_the_parent_cannot_pay_leaves_nothing_behind()
    {
        var (parent, root) = await MintAsync(NewKey("1.00"));
        await Keys.ChargeAsync(parent, new ChargeRequest("docs.read", Cost.FromCents(60)));
        var subject = Carved(root, "0.50");
        var refused = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.EnsureSubjectAsync("machine", subject));
        Assert.Contains($"at most $0.40, which is left of key:{root}", refused.Message, StringComparison.Ordinal);
        Assert.Single(await Keys.ListAsync(new() { IncludeDead = true }));
        Assert.True(await Keys.ChangeCapAsync(root, Cost.FromDollars(2)));
        Assert.Equal(KeyStatus.Alive, (await Keys.EnsureSubjectAsync("machine", subject)).Status);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task What_a_further_budget_of_a_key_above_cannot_pay_leaves_nothing_behind()
    {
        var (_, root) = await MintAsync(NewKey("10.00"));
        var (parent, middle) = await MintAsync(NewKey("5.00") with { ParentId = root });
        await Keys.SetBudgetAsync(BudgetOwner.Key(root), "weekly", new Budget(Cost.FromDollars(1), BudgetPeriod.Week));
        Assert.True((await Keys.HoldAsync(parent, new ChargeRequest("docs.read", Cost.FromCents(60)), TimeSpan.FromHours(1))).IsAllowed);
        var refused = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.CreateAsync(Carved(middle, "0.50")));
        Assert.Contains($"at most $0.40, which is left of key:{root}/weekly", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await Keys.ListAsync(new() { IncludeDead = true })).Count);

        // What has expired makes room.
        await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        await MintAsync(Carved(middle, "0.50"));
        Assert.Equal(Cost.FromCents(50), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task A_subject_that_a_ceiling_could_not_pay_can_be_made_later()
    {
        var (_, root) = await MintAsync(NewKey("10.00"));
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme"), "monthly", new Budget(Cost.FromDollars(1), BudgetPeriod.Month));
        var subject = Carved(root, "2.00");
        var refused = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.EnsureSubjectAsync("machine", subject));
        Assert.Contains("at most $1.00, which is left of account:acme/monthly", refused.Message, StringComparison.Ordinal);
        Assert.Single(await Keys.ListAsync(new() { IncludeDead = true }));
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme"), "monthly", new Budget(Cost.FromDollars(100), BudgetPeriod.Month));
        var made = await Keys.EnsureSubjectAsync("machine", subject);
        Assert.Equal(KeyStatus.Alive, made.Status);
        Assert.Equal(Cost.FromDollars(2), (await Keys.FindAsync(root))!.Spent);
        Assert.True(await Keys.RevokeAsync(made.Id));
        Assert.Equal(made.Id, (await Keys.EnsureSubjectAsync("machine", subject)).Id);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task Room_that_an_expired_hold_leaves_in_a_window_can_be_carved()
    {
        var (parent, root) = await MintAsync(NewKey("1.00", BudgetPeriod.Rolling(TimeSpan.FromDays(1))));
        Assert.True((await Keys.HoldAsync(parent, new ChargeRequest("docs.read", Cost.FromCents(60)), TimeSpan.FromHours(1))).IsAllowed);
        Assert.Equal("budget", await TryMintAsync(Carved(root, "0.50")));
        await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        Assert.Null(await TryMintAsync(Carved(root, "0.50")));
        Assert.Equal(Cost.FromCents(50), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task A_revoked_child_gives_back_what_it_did_not_spend_once()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (child, id) = await MintAsync(Carved(root, "0.60"));
        await Keys.ChargeAsync(child, Read);
        await Keys.RevokeAsync(id);
        await Keys.RevokeAsync(id);
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task Revoking_all_below_brings_everything_back_to_the_top()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (_, middle) = await MintAsync(Carved(root, "0.80"));
        var (leaf, leafId) = await MintAsync(Carved(middle, "0.50"));
        await Keys.ChargeAsync(leaf, Read);
        Assert.Equal(2, await Keys.RevokeWithDescendantsAsync(middle));
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(root))!.Spent);
        Assert.Equal(KeyStatus.Revoked, (await Keys.FindAsync(leafId))!.Status);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(middle);
    }

    [Fact]
    public async Task A_new_period_gives_the_rest_back_and_draws_the_cap_anew()
    {
        var (_, root) = await MintAsync(NewKey("10.00", BudgetPeriod.Month));
        var (child, id) = await MintAsync(Carved(root, "0.30", BudgetPeriod.Day));
        await Keys.ChargeAsync(child, Read);
        await Store.SetResetAsync(id, TimeSpan.Zero);
        await Keys.ChargeAsync(child, Read);
        Assert.Equal(Cost.FromCents(45), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_hold_that_expired_in_the_old_period_is_part_of_the_rest()
    {
        var (_, root) = await MintAsync(NewKey("10.00", BudgetPeriod.Month));
        var (child, id) = await MintAsync(Carved(root, "0.30", BudgetPeriod.Day));
        await Keys.HoldAsync(child, Read, TimeSpan.FromMinutes(1));
        await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(30), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_dead_child_draws_nothing_for_its_next_period()
    {
        var (_, root) = await MintAsync(NewKey("10.00", BudgetPeriod.Month));
        var (child, id) = await MintAsync(Carved(root, "0.30", BudgetPeriod.Day));
        var hold = (await Keys.HoldAsync(child, Read, TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.RevokeAsync(id);
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.SettleAsync(hold, Cost.FromCents(20))).IsSettled);
        Assert.Equal(Cost.FromCents(20), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Theory]
    [InlineData("void", 0)]
    [InlineData("settle", 5)]
    [InlineData("late", 5)]
    [InlineData("expire", 0)]
    public async Task What_comes_back_of_a_period_that_is_over_goes_to_the_keys_above(string end, int spentCents)
    {
        var (_, root) = await MintAsync(NewKey("10.00", BudgetPeriod.Month));
        var (_, id) = await MintAsync(Carved(root, "0.30", BudgetPeriod.Day));
        var (child, _) = await MintAsync(NewKey("0.30", BudgetPeriod.Day) with { ParentId = id });
        var charge = (await Keys.ChargeAsync(child, new ChargeRequest("docs.read", Cost.FromCents(10)))).Receipt!;
        var hold = (await Keys.HoldAsync(child, Read, TimeSpan.FromMinutes(1))).Receipt!;
        await Store.SetResetAsync(id, TimeSpan.Zero);
        Assert.True((await Keys.ChargeAsync(child, new ChargeRequest("docs.read", Cost.Zero))).IsAllowed);
        Assert.Equal(Cost.FromCents(55), (await Keys.FindAsync(root))!.Spent);
        if (end is "late" or "expire")
        {
            await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        }

        _ = end switch
        {
            "void" => (object)await Keys.VoidAsync(hold),
            "expire" => await Keys.RevokeAsync(id),
            _ => await Keys.SettleAsync(hold, Cost.FromCents(spentCents)),
        };
        Assert.Equal(VoidResult.Voided, await Keys.VoidAsync(charge));
        await Keys.RevokeAsync(id);
        Assert.Equal(Cost.FromCents(spentCents), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(null)]
    public async Task What_comes_back_to_a_revoked_child_goes_on_to_the_top(int? settledCents)
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (_, middle) = await MintAsync(Carved(root, "0.80"));
        var (leaf, id) = await MintAsync(Carved(middle, "0.60"));
        var hold = (await Keys.HoldAsync(leaf, new ChargeRequest("docs.read", Cost.FromCents(60)), TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.RevokeWithDescendantsAsync(middle);
        Assert.Equal(Cost.FromCents(60), (await Keys.FindAsync(root))!.Spent);
        _ = settledCents is { } cents ? (object)await Keys.SettleAsync(hold, Cost.FromCents(cents)) : await Keys.VoidAsync(hold);
        Assert.Equal(Cost.FromCents(settledCents ?? 0), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(middle);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Revoking_takes_back_what_an_expired_hold_has()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (child, id) = await MintAsync(Carved(root, "0.60"));
        var hold = (await Keys.HoldAsync(child, new ChargeRequest("docs.read", Cost.FromCents(60)), TimeSpan.FromMinutes(1))).Receipt!;
        await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        await Keys.RevokeAsync(id);
        Assert.Equal(Cost.Zero, (await Keys.FindAsync(root))!.Spent);
        Assert.Equal(SettleOutcome.SettledLate, (await Keys.SettleAsync(hold, Cost.FromCents(20))).Outcome);
        Assert.Equal(Cost.FromCents(20), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task An_overrun_beyond_the_carved_cap_reaches_the_parent()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (child, id) = await MintAsync(Carved(root, "0.30"));
        var hold = (await Keys.HoldAsync(child, new ChargeRequest("docs.read", Cost.FromCents(30)), TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.SettleAsync(hold, Cost.FromCents(50));
        Assert.Equal((Cost.FromCents(50), Cost.FromCents(50)), ((await Keys.FindAsync(id))!.Spent, (await Keys.FindAsync(root))!.Spent));
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_raise_of_a_carved_cap_is_drawn_when_it_is_spent()
    {
        var (_, root) = await MintAsync(NewKey("0.50"));
        var (child, id) = await MintAsync(Carved(root, "0.15"));
        Assert.True(await Keys.RaiseBudgetAsync(BudgetOwner.Key(id), null, Cost.FromDollars(1), TimeSpan.FromHours(1)));
        Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
        Assert.Equal($"key:{root}", (await Keys.ChargeAsync(child, Read)).Denial!.RefusedBy);
        Assert.Equal(Cost.FromCents(45), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    [Fact]
    public async Task A_carved_cap_that_grows_draws_the_difference_and_one_that_shrinks_gives_it_back()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (child, id) = await MintAsync(Carved(root, "0.30"));
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(80)));
        Assert.Equal(Cost.FromCents(80), (await Keys.FindAsync(root))!.Spent);
        await Keys.ChargeAsync(child, Read);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(10)));
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(root))!.Spent);
        Assert.Equal($"key:{id}", (await Keys.ChargeAsync(child, Read)).Denial!.RefusedBy);
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(40)));
        Assert.Equal(Cost.FromCents(40), (await Keys.FindAsync(root))!.Spent);
        Assert.True((await Keys.ChargeAsync(child, Read)).IsAllowed);
        await Keys.RevokeAsync(id);
        Assert.Equal(Cost.FromCents(30), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task What_the_parent_cannot_pay_changes_no_carved_cap_until_an_expired_hold_makes_room()
    {
        var (parent, root) = await MintAsync(NewKey("1.00"));
        var (_, id) = await MintAsync(Carved(root, "0.30"));
        await Keys.HoldAsync(parent, new ChargeRequest("docs.read", Cost.FromCents(60)), TimeSpan.FromMinutes(1));
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ChangeCapAsync(id, Cost.FromCents(50)));
        Assert.Equal(("budget", true), (refusal.Field, refusal.IsTooWide));
        Assert.Contains($"at most $0.10 more, which is left of key:{root}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((Cost.FromCents(30), Cost.FromCents(90)), ((await Keys.FindAsync(id))!.Budget!.Cap, (await Keys.FindAsync(root))!.Spent));
        await Store.SetHoldExpiryAsync(TimeSpan.FromSeconds(-1));
        Assert.True(await Keys.ChangeCapAsync(id, Cost.FromCents(50)));
        Assert.Equal(Cost.FromCents(50), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task However_many_carved_caps_grow_at_once_their_parent_pays_no_more_than_it_has()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var children = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            children.Add((await MintAsync(Carved(root, "0.10"))).Id);
        }

        var changed = await Task.WhenAll(children.Select(id => Task.Run(() => TryAsync(() => Keys.ChangeCapAsync(id, Cost.FromCents(45))))));
        Assert.Equal(1, changed.Count(field => field is null));
        Assert.Equal(Cost.FromCents(75), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
    }

    private static NewKey Carved(string parent, string dollars, BudgetPeriod? period = null) =>
        NewKey(dollars, period) with { ParentId = parent, Carve = true };

    private Task<string?> TryMintAsync(NewKey key) => TryAsync(() => Keys.CreateAsync(key));

    /// <returns>The field that was refused; null when none was.</returns>
    private static async Task<string?> TryAsync(Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (InvalidFieldException refused)
        {
            return refused.Field;
        }
    }
}
