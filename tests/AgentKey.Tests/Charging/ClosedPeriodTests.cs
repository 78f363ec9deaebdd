using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>What comes back to a carved key whose period is over: the keys above have it as spent, as far as their own periods are open.</summary>
public sealed class ClosedPeriodTests
{
    private static readonly DateTimeOffset Midnight = new(Rows.Now.Date, TimeSpan.Zero);
    private static readonly DateTimeOffset HeldAt = Midnight.AddMinutes(-1);

    [Fact]
    public void It_passes_every_carved_key_whose_period_is_over()
    {
        var changes = Void(Root(null), Carved("2", "1", Midnight.AddHours(1)), Carved("3", "2", Midnight.AddHours(1)));
        Assert.Equal([("1", 85_000_000L)], changes.Keys.Select(key => (key.KeyId, key.UsedMicroCents)));
        Assert.Equal([("1", LedgerEntryKind.Posting, -15_000_000L), ("3", LedgerEntryKind.Void, -15_000_000L)], changes.Entries.Select(entry => (entry.KeyId, entry.Kind, entry.AmountMicroCents)).Order());
    }

    [Fact]
    public void It_ends_at_the_first_carved_key_whose_period_goes_on()
    {
        var changes = Void(Root(null), Carved("2", "1", HeldAt.AddDays(-9)), Carved("3", "2", Midnight.AddHours(1)));
        Assert.Equal([("2", 45_000_000L)], changes.Keys.Select(key => (key.KeyId, key.UsedMicroCents)));
    }

    [Fact]
    public void It_goes_on_from_one_that_is_revoked()
    {
        var changes = Void(Root(null), Carved("2", "1", HeldAt.AddDays(-9)) with { RevokedAt = Midnight }, Carved("3", "2", Midnight.AddHours(1)));
        Assert.Equal([("1", 85_000_000L), ("2", 45_000_000L)], changes.Keys.Select(key => (key.KeyId, key.UsedMicroCents)).Order());
        Assert.Equal(45_000_000L, changes.Keys.Single(key => key.KeyId == "2").State!.DrawnMicroCents);
    }

    [Fact]
    public void A_period_above_that_may_have_begun_after_the_draw_takes_nothing_back()
    {
        // The cap may have been drawn up to a day before the hold.
        var changes = Void(Root(HeldAt.AddHours(-23)), Carved("2", "1", Midnight.AddHours(1)));
        Assert.Empty(changes.Keys);
        Assert.Equal((LedgerEntryKind.Void, -15_000_000L), Assert.Single(changes.Entries) is var entry ? (entry.Kind, entry.AmountMicroCents) : default);
    }

    [Fact]
    public void A_row_above_that_makes_no_sense_fails_it_before_anything_has_changed()
    {
        var root = Root(null);
        root = root with { Budget = root.Budget with { Period = "rolling 1h", Window = "nonsense" } };
        var (result, changes) = Decide(root, Carved("2", "1", Midnight.AddHours(1)));
        Assert.IsType<InvalidFieldException>(result.Fault);
        Assert.Empty(changes.HoldsClosed);
        Assert.Empty(changes.Entries);
    }

    private static BatchChanges Void(params IReadOnlyList<StoredKey> chain)
    {
        var (result, changes) = Decide(chain);
        Assert.Equal((object)VoidResult.Voided, result.Answer);
        Assert.Single(changes.HoldsClosed);
        return changes;
    }

    /// <summary>Voids a hold of 15 cents that the lowest key took a minute before midnight.</summary>
    private static (OperationResult Result, BatchChanges Changes) Decide(params IReadOnlyList<StoredKey> chain)
    {
        var id = chain[^1].Id;
        var hold = new LedgerEntry
        {
            At = HeldAt,
            KeyId = id,
            OperationId = "held",
            Kind = LedgerEntryKind.Hold,
            AmountMicroCents = 15_000_000,
            PeriodEnd = Midnight,
            RemainingMicroCents = null,
            ExpiresAt = Rows.Now.AddHours(1),
        };
        var slice = new HoldSlice($"key:{id}", id, "held", 15_000_000, HeldAt, Rows.Now.AddHours(1));
        var state = Rows.State(Rows.Now, [hold], chain) with { Holds = [slice] };
        var (results, changes) = Rows.Decide(state, new VoidOperation(Rows.Chain([.. chain.Select(key => key.Id).Reverse()]), "void", "held", IsHold: true));
        return (results[0], changes);
    }

    private static StoredKey Root(DateTimeOffset? startedAt)
    {
        var key = Rows.Key(capCents: 500, usedCents: 100, usedMicroCents: 100_000_000);
        return key with { Budget = key.Budget with { StartedAt = startedAt } };
    }

    /// <summary>A daily key that has drawn 60 cents and used all of them.</summary>
    private static StoredKey Carved(string id, string parent, DateTimeOffset startedAt) => Rows.Key(id: id) with
    {
        ParentId = parent,
        IsCarved = true,
        DrawnMicroCents = 60_000_000,
        Budget = Rows.DailyBudget(60) with { UsedCents = 60, UsedMicroCents = 60_000_000, StartedAt = startedAt },
    };
}
