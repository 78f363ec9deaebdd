using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Calls whose commit was made and whose answer was lost, decided a second time (found by the simulation, seed 113).</summary>
public sealed class LostAnswerTests
{
    private static readonly DateTimeOffset Later = Rows.Now.AddSeconds(1);

    [Fact]
    public void What_was_paid_is_allowed_although_the_key_was_revoked_meanwhile()
    {
        var (again, changes) = DecideAgain(Rows.Charge(15) with { DecidedAt = [Rows.Now] }, Paid() with { RevokedAt = Later });
        Assert.True(again[0].Charged().IsAllowed);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void It_is_no_repetition_so_that_its_failure_can_be_refunded()
    {
        var operation = Rows.Charge(15) with { DecidedAt = [Rows.Now] };
        var (again, _) = DecideAgain(operation, Paid(), operation);
        Assert.Equal([false, true], again.Select(result => result.Charged().IsReplay));
    }

    [Fact]
    public void The_attempt_that_paid_counts_although_a_later_one_has_lost_its_answer_too()
    {
        var (again, _) = DecideAgain(Rows.Charge(15) with { DecidedAt = [Rows.Now, Later] }, Paid());
        Assert.False(again[0].Charged().IsReplay);
    }

    [Fact]
    public void What_was_returned_meanwhile_pays_for_nothing()
    {
        var (_, first) = Rows.Decide(Rows.Key(), Rows.Charge(15));
        var (_, returned) = Rows.Decide(Rows.State(Later, first.Entries, Paid()), new VoidOperation(Rows.Chain("1"), "void", "op", IsHold: false));
        var state = Rows.State(Later, [.. first.Entries, .. returned.Entries], Rows.Key());
        var (again, _) = Rows.Decide(state, Rows.Charge(15) with { DecidedAt = [Rows.Now] });
        Assert.Equal("duplicate_call", again[0].Charged().Denial!.Code);
    }

    [Fact]
    public void Somebody_else_with_a_dead_key_learns_nothing_from_the_id()
    {
        foreach (var decidedAt in new DateTimeOffset[][] { [], [Later] })
        {
            var (again, _) = DecideAgain(Rows.Charge(15) with { DecidedAt = decidedAt }, Paid() with { RevokedAt = Later });
            Assert.Equal("invalid_key", again[0].Charged().Denial!.Code);
        }
    }

    private static StoredKey Paid() => Rows.Key(usedCents: 15, usedMicroCents: 15_000_000);

    private static (OperationResult[] Results, BatchChanges Changes) DecideAgain(ChargeOperation operation, StoredKey row, params IEnumerable<ChargeOperation> more)
    {
        var (_, changes) = Rows.Decide(Rows.Key(), Rows.Charge(15));
        return Rows.Decide(Rows.State(Later, changes.Entries, row), [operation, .. more]);
    }
}
