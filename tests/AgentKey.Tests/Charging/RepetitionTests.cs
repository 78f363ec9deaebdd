using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

public sealed class RepetitionTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_operation_is_charged_once_and_answered_alike()
    {
        var (results, changes) = Rows.Decide(Rows.Key(), Rows.Charge(15), Rows.Charge(15));
        Assert.Equal(results[0].Charged().Receipt, results[1].Charged().Receipt);
        Assert.Equal(results[0].Charged().Remaining, results[1].Charged().Remaining);
        Assert.True(results[1].Charged().IsReplay);
        Assert.Single(changes.Entries);

        var (later, laterChanges) = Rows.Decide(Rows.State(Rows.Now, changes.Entries, Rows.Key(100, 15, 15_000_000)), Rows.Charge(15));
        Assert.Equal(results[0].Charged().Receipt, later[0].Charged().Receipt);
        Assert.True(laterChanges.Entries.Count == 0);
    }

    [Fact]
    public void The_same_id_for_something_else_is_a_mismatch()
    {
        var tool = Rows.Charge(15) with { Request = new ChargeRequest("docs.read", Cost.FromCents(15)) { Tool = "other" } };
        var (results, changes) = Rows.Decide(Rows.Key(), Rows.Charge(15), Rows.Charge(16), Rows.Charge(15, scope: "docs.search"), tool);
        Assert.All(results[1..], result => Assert.Equal("idempotency_mismatch", result.Charged().Denial!.Code));
        Assert.Single(changes.Entries);
    }

    [Fact]
    public void A_charge_is_returned_once()
    {
        var (results, changes) = Rows.Decide(
            Rows.Key(), Rows.Charge(15), new VoidOperation(Rows.Chain("1"), "v1", "op", IsHold: false), new VoidOperation(Rows.Chain("1"), "v2", "op", IsHold: false), new VoidOperation(Rows.Chain("1"), "v1", "op", IsHold: false));
        Assert.Equal([VoidResult.Voided, VoidResult.AlreadyVoided, VoidResult.Voided], results[1..].Select(result => (VoidResult)result.Answer!));
        Assert.Equal(0, changes.Keys[0].UsedMicroCents);
        Assert.Equal(0, changes.Entries.Sum(entry => entry.AmountMicroCents));
    }

    [Fact]
    public void Row42_What_was_never_charged_cannot_be_returned()
    {
        var (results, changes) = Rows.Decide(
            Rows.Key(), Rows.Charge(15), new VoidOperation(Rows.Chain("1"), "v1", "other", IsHold: false), new VoidOperation(Rows.Chain("2"), "v2", "op", IsHold: false));
        Assert.All(results[1..], result => Assert.Equal((object)VoidResult.UnknownCharge, result.Answer));
        Assert.Equal(15, changes.Keys[0].UsedCents);
    }

    [Fact]
    public void A_refund_never_reaches_another_period()
    {
        var (_, yesterday) = Rows.Decide(Rows.State(Today.AddHours(-1), [], Daily(0, Today)), Rows.Charge(15));
        var row = Daily(15, Today);
        var (results, changes) = Rows.Decide(
            Rows.State(Today.AddHours(1), yesterday.Entries, row), Rows.Charge(20, "today"), new VoidOperation(Rows.Chain("1"), "v", "op", IsHold: false));
        Assert.Equal((object)VoidResult.Voided, results[1].Answer);
        Assert.Equal((20L, Today.AddDays(1)), (changes.Keys[0].UsedCents, changes.Keys[0].PeriodEnd!.Value));
    }

    private static StoredKey Daily(long usedCents, DateTimeOffset resetAt) => Rows.Key() with
    {
        Budget = Rows.Budget(100, usedCents, usedCents * Cost.MicroCentsPerCent) with
        {
            Period = "day",
            ResetAt = resetAt,
            UsedUntil = resetAt,
            AnchorAt = resetAt.AddDays(-10),
        },
    };
}
