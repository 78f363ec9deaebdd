using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Holds of which a budget above has taken its part back, although their time is not up: the server's clock was set back.</summary>
public sealed class TakenBackTests
{
    private static readonly DateTimeOffset HeldAt = Rows.Now.AddMinutes(-1);
    private static readonly DateTimeOffset ExpiresAt = Rows.Now.AddSeconds(1);

    [Fact]
    public void What_was_done_is_spent_in_full_by_every_budget()
    {
        var (settled, changes) = Decide(Parent(startedAt: null), new SettleOperation(Rows.Chain("2", "1"), "settle", "held", 60_000_000));
        Assert.Equal(SettleOutcome.SettledLate, ((SettleResult)settled.Answer!).Outcome);
        Assert.Equal(60_000_000, changes.Keys.Single(key => key.KeyId == "1").UsedMicroCents);
        Assert.Equal(
            [(LedgerEntryKind.Expire, -60_000_000L), (LedgerEntryKind.LateSettle, 60_000_000L)],
            changes.Entries.Where(entry => entry.KeyId == "2").Select(entry => (entry.Kind, entry.AmountMicroCents)));
    }

    [Fact]
    public void Its_time_is_up()
    {
        var (voided, changes) = Decide(Parent(startedAt: null), new VoidOperation(Rows.Chain("2", "1"), "void", "held", IsHold: true));
        Assert.Equal((object)VoidResult.Expired, voided.Answer);
        Assert.Equal(0, changes.Keys.Single(key => key.KeyId == "2").UsedMicroCents);
        var (extended, _) = Decide(Parent(startedAt: null), new ExtendOperation(Rows.Chain("2", "1"), "extend", "held", TimeSpan.FromMinutes(5)));
        Assert.Equal(ExtendOutcome.Expired, ((ExtendResult)extended.Answer!).Outcome);
    }

    [Fact]
    public void A_budget_that_began_after_it_has_no_part_in_it()
    {
        var (settled, changes) = Decide(Parent(startedAt: HeldAt.AddSeconds(1)), new SettleOperation(Rows.Chain("2", "1"), "settle", "held", 60_000_000));
        Assert.Equal(SettleOutcome.Settled, ((SettleResult)settled.Answer!).Outcome);
        Assert.DoesNotContain(changes.Keys, key => key.KeyId == "1" && key.UsedMicroCents > 0);
    }

    private static (OperationResult Result, BatchChanges Changes) Decide(StoredKey parent, KeyOperation operation)
    {
        var child = Rows.Key(usedCents: 60, usedMicroCents: 60_000_000, id: "2") with { ParentId = "1" };
        var hold = new LedgerEntry
        {
            At = HeldAt,
            KeyId = "2",
            OperationId = "held",
            Kind = LedgerEntryKind.Hold,
            AmountMicroCents = 60_000_000,
            PeriodEnd = null,
            RemainingMicroCents = null,
            ExpiresAt = ExpiresAt,
            BalanceMicroCents = 60_000_000,
        };
        var slice = new HoldSlice("key:2", "2", "held", 60_000_000, HeldAt, ExpiresAt);
        var (results, changes) = Rows.Decide(Rows.State(Rows.Now, [hold], parent, child) with { Holds = [slice] }, operation);
        return (results[0], changes);
    }

    private static StoredKey Parent(DateTimeOffset? startedAt)
    {
        var key = Rows.Key();
        return key with { Budget = key.Budget with { StartedAt = startedAt } };
    }
}
