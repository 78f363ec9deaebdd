using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Calls whose money has left the rolling window before they were settled or returned (found by the simulation, seed 39).</summary>
public sealed class WindowReturnTests
{
    private static readonly DateTimeOffset Later = Rows.Now.AddHours(3);

    [Fact]
    public void A_settlement_says_what_the_call_came_to()
    {
        var held = Hold();
        var (results, changes) = DecideLater(held, Settle());
        Assert.Equal(SettleOutcome.Settled, ((SettleResult)results[0].Answer!).Outcome);
        var entry = Assert.Single(changes.Entries, entry => entry.Kind == LedgerEntryKind.Settle);
        Assert.Equal((-45_000_000L, (long?)null), (entry.AmountMicroCents, entry.BalanceMicroCents));
        Assert.Equal(0, changes.Keys[0].UsedMicroCents);
    }

    [Fact]
    public void A_repeated_settlement_gets_the_first_answer()
    {
        var held = Hold();
        var (first, settled) = DecideLater(held, Settle());
        var row = Window() with { Budget = Window().Budget with { UsedMicroCents = 0 } };
        var (second, changes) = Rows.Decide(Rows.State(Later, [.. held.Entries, .. settled.Entries], row), Settle());
        Assert.Equal(((SettleResult)first[0].Answer!).Spent, ((SettleResult)second[0].Answer!).Spent);
        Assert.True(((SettleResult)second[0].Answer!).IsReplay);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void A_returned_charge_is_no_usage()
    {
        var (_, charged) = Rows.Decide(Rows.State(Rows.Now, [], Window()), Rows.Charge(75));
        var (results, changes) = DecideLater(charged, new VoidOperation(Rows.Chain("1"), "v", "op", IsHold: false));
        Assert.Equal((object)VoidResult.Voided, results[0].Answer);
        Assert.Equal(-75_000_000, Assert.Single(changes.Entries, entry => entry.Kind == LedgerEntryKind.Void).AmountMicroCents);
    }

    private static SettleOperation Settle() => new(Rows.Chain("1"), "s", "op", 30_000_000) { MayRepeat = true };

    private static BatchChanges Hold()
    {
        var (results, changes) = Rows.Decide(Rows.State(Rows.Now, [], Window()), Rows.Charge(75) with { TimeToLive = TimeSpan.FromDays(1) });
        Assert.True(results[0].Charged().IsAllowed);
        return changes;
    }

    /// <summary>Decides three hours later, on what an earlier batch has left.</summary>
    private static (OperationResult[] Results, BatchChanges Changes) DecideLater(BatchChanges earlier, KeyOperation operation)
    {
        var change = earlier.Keys[0];
        var budget = Window().Budget with { UsedCents = change.UsedCents, UsedMicroCents = change.UsedMicroCents, Window = change.State!.Window };
        return Rows.Decide(Rows.State(Later, earlier.Entries, Window() with { Budget = budget }) with { Holds = earlier.HoldsTaken }, operation);
    }

    private static StoredKey Window() => Rows.Key() with { Budget = Rows.Budget(100) with { Calendar = "rolling 1h" } };
}
