using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

public sealed class ChargeMachineTests
{
    [Fact]
    public void A_charge_that_fits_is_spent_and_recorded()
    {
        var (results, changes) = Rows.Decide(Rows.Key(capCents: 100), Rows.Charge(15));
        Assert.Equal(Cost.FromCents(85), results[0].Charged().Remaining);
        Assert.Equal(new KeyChange { KeyId = "1", UsedCents = 15, UsedMicroCents = 15_000_000, PeriodEnd = null, LastUsedAt = Rows.Now }, Assert.Single(changes.Keys));
        var entry = Assert.Single(changes.Entries);
        Assert.Equal((LedgerEntryKind.Charge, 15_000_000L, "op", "docs.read"), (entry.Kind, entry.AmountMicroCents, entry.OperationId, entry.Scope));
    }

    [Fact]
    public void Operations_of_one_batch_see_each_other()
    {
        var charges = Enumerable.Range(0, 10).Select(i => Rows.Charge(15, $"op{i}")).ToArray();
        var (results, changes) = Rows.Decide(Rows.Key(capCents: 100), charges);
        Assert.Equal(6, results.Count(result => result.Charged().IsAllowed));
        Assert.Equal(90, changes.Keys[0].UsedCents);
    }

    [Fact]
    public void A_denial_names_budget_cost_remainder_and_reset()
    {
        var (results, changes) = Rows.Decide(Rows.Key(capCents: 100, usedCents: 90, usedMicroCents: 90_000_000), Rows.Charge(15));
        var denial = results[0].Charged().Denial!;
        Assert.Equal("budget_exhausted", denial.Code);
        Assert.Equal((Cost.FromCents(15), Cost.FromCents(10), "key:1", (DateTimeOffset?)null), (denial.Cost, denial.Remaining!.Value, denial.RefusedBy, denial.ResetsAt));
        Assert.Empty(changes.Entries);
        Assert.Empty(changes.Keys);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void Row44_A_key_is_dead_at_the_instant_of_its_expiry(int secondsFromNow, bool isDead)
    {
        var key = Rows.Key() with { ExpiresAt = Rows.Now.AddSeconds(secondsFromNow) };
        var (results, _) = Rows.Decide(key, Rows.Charge(1));
        Assert.Equal(isDead ? KeyFault.Expired : null, results[0].Charged().Denial?.Fault);
    }

    [Theory]
    [InlineData(-525_600)]
    [InlineData(-5)]
    [InlineData(5)]
    [InlineData(525_600)]
    public void Row45_The_stores_clock_decides_however_far_this_machines_is_off(int minutes)
    {
        var storeTime = TimeProvider.System.GetUtcNow().AddMinutes(minutes);
        Assert.True(ChargeAt(storeTime, Rows.Key() with { ExpiresAt = storeTime.AddMinutes(1) }).IsAllowed);
        Assert.False(ChargeAt(storeTime, Rows.Key() with { ExpiresAt = storeTime.AddMinutes(-1) }).IsAllowed);

        var spent = Rows.Budget(100, 100, 100_000_000) with { Period = "day", ResetAt = storeTime.AddMinutes(1), UsedUntil = storeTime.AddMinutes(1) };
        Assert.False(ChargeAt(storeTime, Rows.Key() with { Budget = spent }).IsAllowed);
        var over = spent with { ResetAt = storeTime.AddMinutes(-1), UsedUntil = storeTime.AddMinutes(-1) };
        Assert.True(ChargeAt(storeTime, Rows.Key() with { Budget = over }).IsAllowed);
    }

    [Fact]
    public void Dead_unknown_and_strange_keys_look_the_same_but_for_the_operators_fault()
    {
        var revoked = Rows.Decide(Rows.Key() with { RevokedAt = Rows.Now }, Rows.Charge(1));
        var replaced = Rows.Decide(Rows.Key(), Rows.Charge(1, secret: AgentSecret.Generate()));
        var missing = Rows.Decide(Rows.Key(), Rows.Charge(1, keyId: "2"));
        var denials = new[] { revoked, replaced, missing }.Select(run => run.Results[0].Charged().Denial!).ToArray();
        Assert.Equal([KeyFault.Revoked, KeyFault.Unknown, KeyFault.Unknown], denials.Select(denial => denial.Fault!.Value));
        Assert.Single(denials.Select(denial => denial with { Fault = null }).Distinct());
    }

    [Fact]
    public void A_missing_scope_is_named_and_held_scopes_are_not()
    {
        var (results, changes) = Rows.Decide(Rows.Key() with { Scopes = ScopeSet.Of("docs.search") }, Rows.Charge(1));
        var denial = results[0].Charged().Denial!;
        Assert.Equal(("insufficient_scope", "docs.read"), (denial.Code, denial.RequiredScope));
        Assert.DoesNotContain("docs.search", denial.Message, StringComparison.Ordinal);
        Assert.Empty(changes.Entries);
        Assert.Empty(changes.Keys);
    }

    [Fact]
    public void Row26_A_cost_of_zero_checks_the_key_and_is_recorded()
    {
        var (results, changes) = Rows.Decide(Rows.Key(capCents: 0), Rows.Charge(0));
        Assert.True(results[0].Charged().IsAllowed);
        Assert.Equal(0, Assert.Single(changes.Entries).AmountMicroCents);
    }

    [Fact]
    public void Row28_The_largest_cost_is_a_denial_not_an_overflow()
    {
        var huge = Rows.Charge(0) with { Request = new ChargeRequest("docs.read", Cost.MaxValue) };
        var capped = Rows.Decide(Rows.Key(capCents: 100, usedCents: 50, usedMicroCents: 50_000_000), huge);
        var uncapped = Rows.Decide(Rows.Key(capCents: null, usedCents: 50, usedMicroCents: 50_000_000), huge);
        Assert.Equal("budget_exhausted", capped.Results[0].Charged().Denial!.Code);
        Assert.Equal("budget_exhausted", uncapped.Results[0].Charged().Denial!.Code);
    }

    [Fact]
    public void Fractions_are_exact_and_the_whole_cent_column_is_their_upper_bound()
    {
        var charges = Enumerable.Range(0, 10_000).Select(i => Rows.Charge(0.0004m, $"op{i}")).ToArray();
        var (_, changes) = Rows.Decide(Rows.Key(), charges[..^1]);
        Assert.Equal((4L, 3_999_600L), (changes.Keys[0].UsedCents, changes.Keys[0].UsedMicroCents));
        (_, changes) = Rows.Decide(Rows.Key(), charges);
        Assert.Equal((4L, 4_000_000L), (changes.Keys[0].UsedCents, changes.Keys[0].UsedMicroCents));
    }

    [Fact]
    public void A_rolling_budget_says_when_enough_will_have_left_its_window()
    {
        var key = Rows.Key() with { Budget = Rows.Budget(100) with { Calendar = "rolling 1h" } };
        var (first, spent) = Rows.Decide(Rows.State(Rows.Now, [], key), Rows.Charge(60, "a"));
        var later = Rows.Now.AddMinutes(10);
        key = key with { Budget = Stored(key, spent) };
        var (second, more) = Rows.Decide(Rows.State(later, [], key), Rows.Charge(30, "b"), Rows.Charge(50, "c"), Rows.Charge(80, "d"), Rows.Charge(101, "e"));
        Assert.Equal([true, true], [first[0].Charged().IsAllowed, second[0].Charged().IsAllowed]);
        Assert.Null(second[3].Charged().Denial!.ResetsAt);
        var (some, most) = (second[1].Charged().Denial!.ResetsAt!.Value, second[2].Charged().Denial!.ResetsAt!.Value);
        Assert.Equal((Rows.Now.AddMinutes(61), later.AddMinutes(61)), (some, most));
        key = key with { Budget = Stored(key, more) };
        Assert.False(Rows.Decide(Rows.State(some.AddTicks(-1), [], key), Rows.Charge(50, "c")).Results[0].Charged().IsAllowed);
        Assert.True(Rows.Decide(Rows.State(some, [], key), Rows.Charge(50, "c")).Results[0].Charged().IsAllowed);
        Assert.True(Rows.Decide(Rows.State(most, [], key), Rows.Charge(80, "d")).Results[0].Charged().IsAllowed);
        var lowered = key with { Budget = key.Budget with { CapCents = 30 } };
        Assert.Equal(most, Rows.Decide(Rows.State(later, [], lowered), Rows.Charge(5, "f")).Results[0].Charged().Denial!.ResetsAt);
    }

    [Fact]
    public void A_row_that_makes_no_sense_fails_alone()
    {
        var broken = Rows.Key(id: "2") with { Budget = Rows.Budget(100) with { Period = "fortnight", ResetAt = Rows.Now } };
        var (results, changes) = Rows.Decide(
            Rows.State(Rows.Now, [], Rows.Key(), broken), Rows.Charge(1, keyId: "2"), Rows.Charge(1));
        Assert.IsType<InvalidFieldException>(results[0].Fault);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal("1", Assert.Single(changes.Keys).KeyId);
    }

    [Fact]
    public void A_carved_row_whose_parent_was_taken_away_fails_alone()
    {
        var orphan = Rows.Key(id: "2") with { IsCarved = true };
        var (results, changes) = Rows.Decide(Rows.State(Rows.Now, [], Rows.Key(), orphan), Rows.Charge(1, keyId: "2"), Rows.Charge(1));
        Assert.Equal("parent_id", Assert.IsType<InvalidFieldException>(results[0].Fault).Field);
        Assert.True(results[1].Charged().IsAllowed);
        Assert.Equal("1", Assert.Single(changes.Keys).KeyId);
    }

    private static ChargeDecision ChargeAt(DateTimeOffset storeTime, StoredKey key) =>
        Rows.Decide(Rows.State(storeTime, [], key), Rows.Charge(1)).Results[0].Charged();

    private static StoredBudget Stored(StoredKey key, BatchChanges changes) => key.Budget with
    {
        UsedCents = changes.Keys[0].UsedCents,
        UsedMicroCents = changes.Keys[0].UsedMicroCents,
        Window = changes.Keys[0].State!.Window,
    };

    /// <summary>As a caller does that gives up while its hold still waits. A store that finds nothing to delete would fail the whole batch.</summary>
    [Fact]
    public void A_hold_that_ends_in_the_batch_that_took_it_leaves_no_slice_to_save()
    {
        var (results, changes) = Rows.Decide(
            Rows.Key(),
            Rows.Charge(15, "hold") with { TimeToLive = TimeSpan.FromMinutes(1) },
            new ExtendOperation(Rows.Chain("1"), "extend", "hold", TimeSpan.FromMinutes(5)),
            new VoidOperation(Rows.Chain("1"), "void", "hold", IsHold: true));

        Assert.Equal((object)VoidResult.Voided, results[2].Answer);
        Assert.Equal(0, Assert.Single(changes.Keys).UsedMicroCents);
        Assert.Empty(changes.HoldsTaken);
        Assert.Empty(changes.HoldsExtended);
        Assert.Empty(changes.HoldsClosed);
    }
}
