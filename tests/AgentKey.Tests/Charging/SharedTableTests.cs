using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>What the TypeScript library may do to a row between two of our decisions (research: shared table).</summary>
public sealed class SharedTableTests
{
    private const long DrawnBefore = 100_000_000;

    private static readonly DateTimeOffset Boundary = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_row_that_we_never_charged_brings_its_spending_along()
    {
        var (results, changes) = Rows.Decide(Rows.Key(capCents: 100, usedCents: 90, usedMicroCents: null), Rows.Charge(15), Rows.Charge(10, "small"));
        Assert.False(results[0].Charged().IsAllowed);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal([(LedgerEntryKind.External, 90_000_000L), (LedgerEntryKind.Charge, 10_000_000L)], changes.Entries.Select(Kind));
    }

    [Fact]
    public void Whole_cents_charged_beside_us_keep_our_fraction()
    {
        // We had spent 0.4 cents (column: 1); the other library added 7 (column: 8), so 7.4 cents are spent.
        var (_, changes) = Rows.Decide(Rows.Key(usedCents: 8, usedMicroCents: 400_000), Rows.Charge(0.6m));
        Assert.Equal((8L, 8_000_000L), (changes.Keys[0].UsedCents, changes.Keys[0].UsedMicroCents));
        Assert.Equal([(LedgerEntryKind.External, 7_000_000L), (LedgerEntryKind.Charge, 600_000L)], changes.Entries.Select(Kind));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Cents_that_were_set_back_give_no_more_than_was_spent(long usedCents)
    {
        // We had spent 0.5 cents (column: 1).
        var key = Rows.Key(capCents: 100, usedCents: usedCents, usedMicroCents: 500_000);
        var (results, changes) = Rows.Decide(key, Rows.Charge(100.5m), Rows.Charge(100, "all"));
        Assert.Equal(Cost.FromCents(100), results[0].Charged().Denial!.Remaining);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal((100L, 100_000_000L), (changes.Keys[0].UsedCents, changes.Keys[0].UsedMicroCents));
        Assert.Equal([(LedgerEntryKind.External, -500_000L), (LedgerEntryKind.Charge, 100_000_000L)], changes.Entries.Select(Kind));
    }

    [Fact]
    public void A_period_that_the_other_library_rolled_starts_from_its_column()
    {
        var rolled = Boundary.AddHours(13);
        var key = Daily(usedCents: 5, usedMicroCents: 33_300_000, resetAt: rolled, usedUntil: Boundary);
        var (_, changes) = Rows.Decide(Rows.State(Boundary.AddHours(1), [], key), Rows.Charge(1));
        Assert.Equal((6L, rolled), (changes.Keys[0].UsedCents, changes.Keys[0].PeriodEnd!.Value));
        Assert.Equal(
            [(LedgerEntryKind.Reset, -33_300_000L), (LedgerEntryKind.External, 5_000_000L), (LedgerEntryKind.Charge, 1_000_000L)],
            changes.Entries.Select(Kind));
    }

    [Fact]
    public void A_reset_that_was_moved_off_our_grid_is_the_new_grid()
    {
        var moved = Boundary.AddHours(13);
        var key = Daily(usedCents: 5, usedMicroCents: 5_000_000, resetAt: moved, usedUntil: moved);
        var (_, changes) = Rows.Decide(Rows.State(moved.AddDays(3), [], key), Rows.Charge(1));
        Assert.Equal((1L, moved.AddDays(4)), (changes.Keys[0].UsedCents, changes.Keys[0].PeriodEnd!.Value));
    }

    [Fact]
    public void What_was_charged_beside_a_calendar_of_ours_counts_in_the_period_in_which_we_find_it()
    {
        // The other library never rolls such a row, so its 60 cents may be of last week or of this one.
        var key = Rows.Key(usedCents: 90, usedMicroCents: 30_000_000);
        key = key with { Budget = key.Budget with { Calendar = "week", UsedUntil = Boundary, AnchorAt = Boundary.AddDays(-7) } };
        var (results, changes) = Rows.Decide(Rows.State(Boundary.AddHours(9), [], key), Rows.Charge(100, "dear"), Rows.Charge(40));
        Assert.Equal(Cost.FromCents(40), results[0].Charged().Denial!.Remaining);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal((100L, Boundary.AddDays(7)), (changes.Keys[0].UsedCents, changes.Keys[0].PeriodEnd!.Value));
        Assert.Equal(
            [(LedgerEntryKind.External, 60_000_000L, 90_000_000L), (LedgerEntryKind.Reset, -30_000_000L, 60_000_000L), (LedgerEntryKind.Charge, 40_000_000L, 100_000_000L)],
            changes.Entries.Select(entry => (entry.Kind, entry.AmountMicroCents, entry.BalanceMicroCents!.Value)));
    }

    [Fact]
    public void A_row_that_was_set_back_below_what_we_know_begins_its_next_period_at_nothing()
    {
        // 0.4 cents of ours, and the whole cent that stood for them taken back: less than nothing is spent.
        var key = Rows.Key(usedCents: 0, usedMicroCents: 400_000);
        key = key with { Budget = key.Budget with { Calendar = "week", UsedUntil = Boundary, AnchorAt = Boundary.AddDays(-7) } };
        var (results, changes) = Rows.Decide(Rows.State(Boundary.AddHours(9), [], key), Rows.Charge(40));
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal((40L, 40_000_000L), (changes.Keys[0].UsedCents, changes.Keys[0].UsedMicroCents));
    }

    [Fact]
    public void A_carved_key_gives_back_what_it_did_not_use_although_others_charged_it_beside_us()
    {
        var child = RolledChild(usedCents: 30);
        child = child with { Budget = child.Budget with { UsedCents = 90, Period = null, ResetAt = null, Calendar = "day", AnchorAt = Boundary.AddDays(-30) } };
        var (_, changes) = Rows.Decide(Rows.State(Boundary.AddHours(1), [], Parent(), child), Charge());
        Assert.Equal((65_000_000L, 100_000_000L, 130_000_000L), (UsedOf(changes, "2"), DrawnOf(changes, "2"), UsedOf(changes, "1")));
    }

    [Fact]
    public void What_an_expired_hold_had_of_a_period_that_others_closed_is_part_of_the_rest()
    {
        var slice = new HoldSlice("key:2", "2", "held", 40_000_000, Boundary.AddHours(-2), Boundary.AddHours(-1));
        var state = Rows.State(Boundary.AddHours(1), [], Parent(), RolledChild(usedCents: 100)) with { Expired = [slice], ExpiredOf = new HashSet<string> { "key:2" } };
        var (results, changes) = Rows.Decide(state, Charge());
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal((100_000_000L, 160_000_000L), (DrawnOf(changes, "2"), UsedOf(changes, "1")));
        Assert.Equal([slice], changes.HoldsClosed);
    }

    [Fact]
    public void The_store_is_asked_for_expired_holds_of_a_period_that_others_closed()
    {
        var changes = ChargeMachine.Decide(Rows.State(Boundary.AddHours(1), [], Parent(), RolledChild(usedCents: 100)), [Charge()], new OperationResult[1]);
        Assert.Contains("key:2", changes.NeedsExpiredOf);
    }

    [Fact]
    public void A_new_period_that_cannot_be_drawn_because_a_row_above_makes_no_sense_changes_nothing()
    {
        var parent = Parent();
        parent = parent with { Budget = parent.Budget with { Calendar = "day in Mars/Olympus", UsedUntil = Boundary.AddDays(1) } };
        var (results, changes) = Rows.Decide(Rows.State(Boundary.AddHours(1), [], parent, RolledChild(usedCents: 30)), Charge(), Charge());
        Assert.All(results, result => Assert.IsType<InvalidFieldException>(result.Fault));
        Assert.Empty(changes.Keys);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void Two_decisions_at_the_boundary_roll_once()
    {
        var key = Daily(usedCents: 90, usedMicroCents: 90_000_000, resetAt: Boundary, usedUntil: Boundary);
        var (results, changes) = Rows.Decide(Rows.State(Boundary, [], key), Rows.Charge(60, "a"), Rows.Charge(60, "b"));
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal(Boundary.AddDays(1), results[1].Charged().Denial!.ResetsAt);
        Assert.Single(changes.Entries, entry => entry.Kind == LedgerEntryKind.Reset);
    }

    [Fact]
    public void A_carved_key_whose_period_the_other_library_rolled_draws_its_cap_anew()
    {
        var (results, changes) = Rows.Decide(Rows.State(Boundary.AddHours(1), [], Parent(), RolledChild(usedCents: 100)), Charge());
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal((100_000_000L, 200_000_000L), (DrawnOf(changes, "2"), UsedOf(changes, "1")));
    }

    [Fact]
    public void What_was_drawn_in_a_period_of_the_parent_that_is_over_does_not_come_back_to_the_next_one()
    {
        var parent = Parent() with { Budget = Parent().Budget with { StartedAt = Boundary } };
        var (_, changes) = Rows.Decide(Rows.State(Boundary.AddHours(1), [], parent, RolledChild(usedCents: 30)), new RevokeOperation(Rows.Chain("2", "1"), "r", null));
        Assert.Equal((0L, 100_000_000L), (DrawnOf(changes, "2"), UsedOf(changes, "1")));
    }

    private static ChargeOperation Charge() => Rows.Charge(5, keyId: "2") with { Chain = Rows.Chain("2", "1") };

    private static StoredKey Parent() => Rows.Key(capCents: 500, usedCents: 100, usedMicroCents: 100_000_000);

    /// <summary>Has drawn its cap for the day that ended at the boundary; the other library has validated it since.</summary>
    private static StoredKey RolledChild(long usedCents)
    {
        var child = Daily(usedCents: 0, usedMicroCents: usedCents * Cost.MicroCentsPerCent, resetAt: Boundary.AddDays(1), usedUntil: Boundary);
        return child with
        {
            Id = "2",
            ParentId = "1",
            IsCarved = true,
            DrawnMicroCents = DrawnBefore,
            Budget = child.Budget with { StartedAt = Boundary.AddDays(-1) },
        };
    }

    private static long DrawnOf(BatchChanges changes, string keyId) => changes.Keys.Single(key => key.KeyId == keyId).State?.DrawnMicroCents ?? DrawnBefore;

    private static long UsedOf(BatchChanges changes, string keyId) => changes.Keys.Single(key => key.KeyId == keyId).UsedMicroCents;

    private static (LedgerEntryKind Kind, long Amount) Kind(LedgerEntry entry) => (entry.Kind, entry.AmountMicroCents);

    private static StoredKey Daily(long usedCents, long usedMicroCents, DateTimeOffset resetAt, DateTimeOffset usedUntil) => Rows.Key() with
    {
        Budget = new StoredBudget
        {
            CapCents = 100,
            UsedCents = usedCents,
            Period = "day",
            ResetAt = resetAt,
            AnchorAt = Boundary.AddDays(-30),
            UsedMicroCents = usedMicroCents,
            UsedUntil = usedUntil,
        },
    };
}
