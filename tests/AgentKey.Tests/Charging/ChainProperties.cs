using System.Globalization;
using AgentKey.Charging;
using AgentKey.Money;
using CsCheck;

namespace AgentKey.Tests.Charging;

/// <summary>
/// Random histories of a chain of three keys with holds: the state machine must answer exactly like the paper, whatever
/// is repeated, expires or rolls, and every ledger entry must lead from one balance to the next.
/// <c>AGENTKEY_HISTORIES</c> sets how many are tried.
/// </summary>
public sealed class ChainProperties
{
    private static readonly long[] CapsCents = [100, 80, 60];

    private static readonly long Histories =
        long.Parse(Environment.GetEnvironmentVariable("AGENTKEY_HISTORIES") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly Gen<int> Key = Gen.Int[1, 3];
    private static readonly Gen<int> Id = Gen.Int[0, 15];
    private static readonly Gen<long> Amount = Gen.OneOf(Gen.Long[0, 50_000_000], Gen.Long[0, 50].Select(cents => cents * Cost.MicroCentsPerCent));

    private static readonly Gen<ChainStep> Step = Gen.Frequency(
        (5, Gen.Select(Key, Id, Amount).Select((key, id, amount) => (ChainStep)new ChainStep.Charge(key, id, amount))),
        (6, Gen.Select(Key, Id, Amount, Gen.Int[1, 1500]).Select((key, id, amount, minutes) => (ChainStep)new ChainStep.Hold(key, id, amount, minutes))),
        (5, Gen.Select(Key, Id, Amount).Select((key, id, amount) => (ChainStep)new ChainStep.Settle(key, id, amount))),
        (5, Gen.Select(Key, Id, Gen.Bool).Select((key, id, isHold) => (ChainStep)new ChainStep.Void(key, id, isHold))),
        (4, Gen.Int[0, 900].Select(minutes => (ChainStep)new ChainStep.Wait(minutes))));

    [Fact]
    public void Every_history_of_a_shared_chain_is_answered_as_on_paper_and_adds_up() =>
        Step.Array[1, 60].Sample(history =>
        {
            var machine = new ChainDriver(CapsCents);
            var paper = new NaiveChain([.. CapsCents.Select(cents => cents * Cost.MicroCentsPerCent)]);
            foreach (var step in history)
            {
                Apply(step, machine, paper);
            }

            machine.Flush();
            AssertBalances(machine);
        }, iter: Histories);

    [Fact]
    public void A_carved_key_never_costs_its_parent_more_than_it_drew_or_overran() =>
        Step.Array[1, 60].Sample(history =>
        {
            var machine = new ChainDriver(CapsCents, carved: 2);
            machine.Draw(2, answer => Assert.Null(answer.Denial));
            foreach (var step in history)
            {
                Apply(step, machine, paper: null);
            }

            machine.Revoke(2);
            machine.Flush();
            AssertBalances(machine);
            var carved = machine.Keys.Single(key => key.Id == "2");
            Assert.Equal(carved.Budget.UsedMicroCents, carved.DrawnMicroCents);
        }, iter: Histories);

    private static void Apply(ChainStep step, ChainDriver machine, NaiveChain? paper)
    {
        switch (step)
        {
            case ChainStep.Charge charge:
                Spend(machine, paper, charge.Key, charge.Id, charge.MicroCents, null);
                break;
            case ChainStep.Hold hold:
                Spend(machine, paper, hold.Key, hold.Id, hold.MicroCents, hold.Minutes);
                break;
            case ChainStep.Settle settle:
                var settled = paper?.Settle(settle.Key, settle.Id, settle.MicroCents, machine.Now);
                machine.Settle(settle.Key, settle.Id, settle.MicroCents, result => Assert.Equal(settled ?? result.Outcome, result.Outcome));
                break;
            case ChainStep.Void @void:
                var voided = paper?.Void(@void.Key, @void.Id, @void.IsHold, machine.Now);
                machine.Void(@void.Key, @void.Id, @void.IsHold, result => Assert.Equal(voided ?? (VoidResult)result, (VoidResult)result));
                break;
            case ChainStep.Wait wait:
                machine.Wait(wait.Minutes);
                AssertBalances(machine);
                break;
        }
    }

    private static void Spend(ChainDriver machine, NaiveChain? paper, int key, int id, long amount, int? minutes)
    {
        var expected = paper?.Spend(key, id, amount, minutes, machine.Now);
        machine.Spend(key, id, amount, minutes, answer => Assert.Equal(expected ?? Word(answer), Word(answer)));
    }

    /// <summary>Every budget's entries lead from balance to balance, to the row; a carved key has drawn at least what it used.</summary>
    private static void AssertBalances(ChainDriver machine)
    {
        foreach (var row in machine.Keys)
        {
            var balance = 0L;
            foreach (var entry in machine.Ledger.Where(entry => entry.KeyId == row.Id && entry.BalanceMicroCents is not null))
            {
                balance += entry.AmountMicroCents;
                Assert.Equal(entry.BalanceMicroCents, balance);
            }

            Assert.Equal(row.Budget.UsedMicroCents, balance);
            Assert.True(balance >= 0 && row.Budget.UsedCents * Cost.MicroCentsPerCent >= balance, "the whole-cent column is no upper bound");
            Assert.True(!row.IsCarved || row.DrawnMicroCents >= row.Budget.UsedMicroCents, "more was used than drawn");
        }
    }

    private static string Word(SpendingAnswer answer) => answer switch
    {
        { Denial: { } denial } => denial.Code,
        { IsReplay: true } => "replayed",
        _ => "allowed",
    };
}
