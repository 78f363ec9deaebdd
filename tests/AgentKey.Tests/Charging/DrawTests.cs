using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>A carved key that draws its cap, once, when it is made.</summary>
public sealed class DrawTests
{
    [Fact]
    public void A_draw_whose_answer_was_lost_is_not_made_twice()
    {
        var (_, first) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 0), Child()), Draw());
        Assert.Equal(60_000_000, first.Keys.Single(key => key.KeyId == "2").State!.DrawnMicroCents);
        var (again, changes) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 60), Child() with { DrawnMicroCents = 60_000_000 }), Draw());
        Assert.Null(((DrawAnswer)again[0].Answer!).Denial);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void A_refused_draw_stays_refused_when_there_is_room_again()
    {
        var (refused, first) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 90), Child()), Draw());
        Assert.Equal("budget_exhausted", ((DrawAnswer)refused[0].Answer!).Denial!.Code);
        var revoked = Child() with { RevokedAt = first.Keys.Single(key => key.KeyId == "2").State!.RevokedAt };
        var (again, changes) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 0), revoked), Draw());
        Assert.Equal("invalid_key", ((DrawAnswer)again[0].Answer!).Denial!.Code);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void Nothing_is_drawn_for_a_key_whose_parent_was_revoked_while_it_was_made()
    {
        var dead = Parent(usedCents: 0) with { RevokedAt = Rows.Now };
        var (refused, changes) = Rows.Decide(Rows.State(Rows.Now, [], dead, Child()), Draw());
        Assert.Equal(KeyFault.DeadAncestor, ((DrawAnswer)refused[0].Answer!).Denial!.Fault);
        var change = Assert.Single(changes.Keys);
        Assert.Equal(("2", 0L, Rows.Now), (change.KeyId, change.State!.DrawnMicroCents, change.State.RevokedAt!.Value));
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void What_a_lost_answer_drew_goes_back_when_the_parent_was_revoked_meanwhile()
    {
        var dead = Parent(usedCents: 60) with { RevokedAt = Rows.Now };
        var drawn = Child() with { DrawnMicroCents = 60_000_000 };
        var (_, changes) = Rows.Decide(Rows.State(Rows.Now, [], dead, drawn with { Budget = drawn.Budget with { StartedAt = Rows.Now } }), Draw());
        Assert.Equal([("1", 0L, null), ("2", 0L, 0L)], changes.Keys.Select(key => (key.KeyId, key.UsedMicroCents, key.State?.DrawnMicroCents)).Order());
    }

    [Fact]
    public void A_new_period_draws_no_raise()
    {
        var parent = Rows.Key(capCents: 200, usedCents: 60, usedMicroCents: 60_000_000);
        var ended = Rows.Now.AddHours(-1);
        var child = Child() with { DrawnMicroCents = 60_000_000 };
        var budget = child.Budget with { Period = "day", ResetAt = ended, UsedUntil = ended, AnchorAt = ended, RaiseMicroCents = 50_000_000, RaiseUntil = Rows.Now.AddHours(1) };
        var charge = Rows.Charge(2, keyId: "2") with { Chain = Rows.Chain("2", "1") };
        var (results, changes) = Rows.Decide(Rows.State(Rows.Now, [], parent, child with { Budget = budget }), charge);
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal(60_000_000, changes.Keys.Single(key => key.KeyId == "1").UsedMicroCents);
    }

    [Theory]
    [InlineData("day")]
    [InlineData("rolling 24h")]
    public void What_was_drawn_later_comes_back_to_the_period_in_which_it_was_drawn(string period)
    {
        // The child has drawn 60 cents yesterday, of which its parent's present period knows nothing.
        var parent = Parent(usedCents: 0);
        parent = parent with { Budget = parent.Budget with { Period = period, StartedAt = Rows.Now.AddHours(-1), ResetAt = period == "day" ? Rows.Now.AddHours(12) : null, UsedUntil = period == "day" ? Rows.Now.AddHours(12) : null } };
        var child = Child() with { DrawnMicroCents = 60_000_000 };
        child = child with { Budget = child.Budget with { StartedAt = Rows.Now.AddDays(-2) } };
        foreach (var (hours, cap, spent) in new[] { (1, 80, 20), (2, 100, 40), (3, 90, 30), (4, 70, 10), (5, 20, 0) })
        {
            var change = new ChangeCapOperation(Rows.Chain("2", "1"), "cap", null, Cost.FromCents(cap));
            var (answer, changes) = Rows.Decide(Rows.State(Rows.Now.AddHours(hours), [], parent, child), change);
            Assert.True(((CapAnswer)answer[0].Answer!).IsChanged);
            (parent, child) = (After(parent, changes), After(child, changes));
            Assert.Equal((spent * 1_000_000L, cap * 1_000_000L), (parent.Budget.UsedMicroCents, child.DrawnMicroCents));
        }
    }

    [Fact]
    public void However_often_a_key_draws_its_row_stays_short_and_gives_everything_back()
    {
        var draws = new LateDraws(null);
        for (var second = 0; second < 100; second++)
        {
            draws = new LateDraws(draws.ToString());
            draws.Add(Rows.Now.AddSeconds(second), 1);
        }

        Assert.True(draws.ToString()!.Length < 512);
        Assert.Equal((Rows.Now.AddSeconds(99), 1L), draws.TakeLatest(5));
        var (oldest, rest) = (Rows.Now, 1L);
        while (draws.TakeLatest(long.MaxValue) is { } draw)
        {
            (oldest, rest) = (draw.At, rest + draw.MicroCents);
        }

        Assert.Equal((Rows.Now, 100L), (oldest, rest));
    }

    [Fact]
    public void What_cannot_go_back_to_a_parent_that_makes_no_sense_stays_drawn()
    {
        var parent = Parent(usedCents: 60);
        parent = parent with { Budget = parent.Budget with { Period = "rolling 1h", Window = "nonsense" } };
        var (revoked, changes) = Rows.Decide(
            Rows.State(Rows.Now, [], parent, Child() with { DrawnMicroCents = 60_000_000 }), new RevokeOperation(Rows.Chain("2", "1"), "revoke", null));
        Assert.IsType<InvalidFieldException>(revoked[0].Fault);
        Assert.DoesNotContain(changes.Keys, change => change.State?.DrawnMicroCents < 60_000_000);
    }

    [Fact]
    public void A_carved_row_that_makes_no_sense_fails_nobody_else()
    {
        var child = Child() with { DrawnMicroCents = 60_000_000 };
        child = child with { Budget = child.Budget with { Window = "nonsense" } };
        var (results, changes) = Rows.Decide(
            Rows.State(Rows.Now, [], Parent(usedCents: 60), child), Rows.Charge(15, "a", keyId: "2") with { Chain = Rows.Chain("2", "1") }, Rows.Charge(15, "b"));
        Assert.IsType<InvalidFieldException>(results[0].Fault);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal("1", Assert.Single(changes.Keys).KeyId);
    }

    [Fact]
    public void Expired_holds_of_every_carved_key_on_the_way_to_a_refusal_are_asked_for()
    {
        var middle = Rows.Key(capCents: 60, usedCents: 60, usedMicroCents: 60_000_000, id: "2") with { ParentId = "1", IsCarved = true, DrawnMicroCents = 60_000_000 };
        var lowest = Rows.Key(capCents: 60, id: "3") with { ParentId = "2", IsCarved = true };
        middle = middle with { Budget = middle.Budget with { CapCents = 90 } };
        var state = Rows.State(Rows.Now, [], Parent(usedCents: 100), middle, lowest);
        var changes = ChargeMachine.Decide(state, [Rows.Charge(15, keyId: "3") with { Chain = Rows.Chain("3", "2", "1") }], new OperationResult[1]);
        Assert.Equal(["key:1", "key:2", "key:3"], changes.NeedsExpiredOf.Order());
    }

    [Fact]
    public void A_refusal_above_a_carved_key_ends_when_what_is_missing_there_is_free()
    {
        var hour = BudgetPeriod.Rolling(TimeSpan.FromHours(1));
        var window = new RollingWindow(hour, null);
        window.Add(10_000_000, Rows.Now);
        var parent = Rows.Key(capCents: 10, usedCents: 10, usedMicroCents: 10_000_000);
        parent = parent with { Budget = parent.Budget with { Period = hour.ToString(), Window = window.ToString() } };
        var child = Rows.Key(capCents: 60, usedCents: 2, usedMicroCents: 2_000_000, id: "2") with { ParentId = "1", IsCarved = true, DrawnMicroCents = 10_000_000 };
        var charge = Rows.Charge(15, keyId: "2") with { Chain = Rows.Chain("2", "1") };
        var denial = Rows.Decide(Rows.State(Rows.Now, [], parent, child), charge).Results[0].Charged().Denial!;
        Assert.Equal(("key:1", window.FreesAt(7_000_000)), (denial.RefusedBy, denial.ResetsAt));
    }

    [Fact]
    public void A_cap_can_be_lowered_however_little_the_parent_has_left()
    {
        var child = Child() with { DrawnMicroCents = 0 };
        var (lowered, changes) = Rows.Decide(
            Rows.State(Rows.Now, [], Parent(usedCents: 70), child), new ChangeCapOperation(Rows.Chain("2", "1"), "cap", null, Cost.FromCents(50)));
        Assert.True(((CapAnswer)lowered[0].Answer!).IsChanged);
        Assert.Equal((50L, 0L), Assert.Single(changes.Keys) is var change ? (change.CapCents!.Value, change.State?.DrawnMicroCents ?? 0) : default);
    }

    private static StoredKey After(StoredKey row, BatchChanges changes) => changes.Keys.SingleOrDefault(change => change.KeyId == row.Id) is not { } change
        ? row
        : row with
        {
            DrawnMicroCents = change.State?.DrawnMicroCents ?? row.DrawnMicroCents,
            Budget = row.Budget with
            {
                CapCents = change.CapCents ?? row.Budget.CapCents,
                UsedCents = change.UsedCents,
                UsedMicroCents = change.UsedMicroCents,
                Window = change.State is { } state ? state.Window : row.Budget.Window,
            },
        };

    private static DrawOperation Draw() => new(Rows.Chain("2", "1"), "draw");

    private static StoredKey Parent(long usedCents) => Rows.Key(usedCents: usedCents, usedMicroCents: usedCents * Cost.MicroCentsPerCent);

    private static StoredKey Child() => Rows.Key(capCents: 60, id: "2") with { ParentId = "1", IsCarved = true };
}
