using System.Globalization;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;
using CsCheck;

namespace AgentKey.Tests.Charging;

/// <summary>
/// Random histories of one key: the state machine must answer exactly like a ledger kept on paper, never exceed the
/// cap, and leave entries that add up to the row. <c>AGENTKEY_HISTORIES</c> sets how many are tried.
/// </summary>
public sealed class ChargeMachineProperties
{
    private const int CapCents = 100;

    private static readonly long Histories =
        long.Parse(Environment.GetEnvironmentVariable("AGENTKEY_HISTORIES") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly Gen<HistoryStep> Step = Gen.Frequency(
        (8, Gen.Select(Gen.Int[0, 30], Gen.OneOf(Gen.Long[0, 40_000_000], Gen.Long[0, 40].Select(cents => cents * Cost.MicroCentsPerCent)))
            .Select((id, amount) => (HistoryStep)new HistoryStep.Charge(id, amount))),
        (3, Gen.Int[0, 30].Select(id => (HistoryStep)new HistoryStep.Void(id))),
        (1, Gen.Int[1, 30].Select(cents => (HistoryStep)new HistoryStep.External(cents))),
        (3, Gen.Int[0, 900].Select(minutes => (HistoryStep)new HistoryStep.Wait(minutes))));

    [Fact]
    public void Every_history_is_answered_as_on_paper_and_adds_up() =>
        Step.Array[1, 60].Sample(RunHistory, iter: Histories);

    private static void RunHistory(HistoryStep[] history)
    {
        var machine = new MachineDriver(CapCents);
        var paper = new NaiveLedger(CapCents * Cost.MicroCentsPerCent);
        foreach (var step in history)
        {
            Apply(step, machine, paper);
        }

        machine.Flush();
        AssertAddsUp(machine, paper);
    }

    private static void Apply(HistoryStep step, MachineDriver machine, NaiveLedger paper)
    {
        switch (step)
        {
            case HistoryStep.Charge charge:
                var expected = paper.Charge(charge.Id, charge.MicroCents, machine.Now);
                machine.Charge(charge.Id, charge.MicroCents, decision => Assert.Equal(expected, Word(decision)));
                break;
            case HistoryStep.Void @void:
                var outcome = paper.Void(@void.Id);
                machine.Void(@void.Id, result => Assert.Equal(outcome, result));
                break;
            case HistoryStep.External external when machine.TryExternal(external.Cents):
                paper.External(external.Cents, machine.Now);
                break;
            case HistoryStep.Wait wait:
                machine.Wait(wait.Minutes);
                AssertAddsUp(machine, paper);
                break;
        }
    }

    private static void AssertAddsUp(MachineDriver machine, NaiveLedger paper)
    {
        var balance = 0L;
        foreach (var entry in machine.Ledger.Where(entry => entry.BalanceMicroCents is not null))
        {
            balance += entry.AmountMicroCents;
            Assert.Equal(entry.BalanceMicroCents, balance);
        }

        var budget = BudgetState.Open("1", machine.Row.Budget, int.MaxValue, machine.Now);
        Assert.Equal(budget.Used, balance + budget.External);
        Assert.True(budget.Used <= CapCents * Cost.MicroCentsPerCent, "spent is above the cap");
        Assert.True(machine.Row.Budget.UsedCents * Cost.MicroCentsPerCent >= budget.Used, "the whole-cent column is no upper bound");
        budget.Roll(machine.Now);
        Assert.Equal(paper.SpentOn(machine.Now), budget.Used);
    }

    private static string Word(ChargeDecision decision) => decision switch
    {
        { IsReplay: true } => "replayed",
        { IsAllowed: true } => "charged",
        _ => decision.Denial!.Code,
    };
}
