using System.Globalization;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;
using CsCheck;

namespace AgentKey.Tests.Charging;

/// <summary>
/// Random histories of one key that has several budgets at once, by the day, by the hour and in a rolling window, of which
/// two are raised for a while: the state machine must answer exactly like the paper, and every budget must add up.
/// </summary>
public sealed class BudgetsProperties
{
    private static readonly TimeSpan DayRaise = TimeSpan.FromHours(30);
    private static readonly TimeSpan HourRaise = TimeSpan.FromMinutes(90);

    private static readonly long Histories =
        long.Parse(Environment.GetEnvironmentVariable("AGENTKEY_HISTORIES") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly Gen<int> Id = Gen.Int[0, 25];
    private static readonly Gen<long> Amount = Gen.OneOf(Gen.Long[0, 40_000_000], Gen.Long[0, 40].Select(cents => cents * Cost.MicroCentsPerCent));

    private static readonly Gen<ChainStep> Step = Gen.Frequency(
        (6, Gen.Select(Id, Amount).Select((id, amount) => (ChainStep)new ChainStep.Charge(1, id, amount))),
        (6, Gen.Select(Id, Amount, Gen.Int[1, 500]).Select((id, amount, minutes) => (ChainStep)new ChainStep.Hold(1, id, amount, minutes))),
        (5, Gen.Select(Id, Amount).Select((id, amount) => (ChainStep)new ChainStep.Settle(1, id, amount))),
        (5, Gen.Select(Id, Gen.Bool).Select((id, isHold) => (ChainStep)new ChainStep.Void(1, id, isHold))),
        (5, Gen.Int[0, 240].Select(minutes => (ChainStep)new ChainStep.Wait(minutes))));

    [Fact]
    public void Every_history_of_several_budgets_is_answered_as_on_paper_and_adds_up() =>
        Step.Array[1, 80].Sample(history =>
        {
            var machine = Machine();
            var paper = new NaiveBudgets(
                new(100_000_000, at => at.Date, Rows.Now + DayRaise, 30_000_000),
                new(40_000_000, at => at.Date.AddHours(at.Hour), Rows.Now + HourRaise, 25_000_000),
                new(90_000_000, TimeSpan.FromHours(6)));
            foreach (var step in history)
            {
                Apply(step, machine, paper);
            }

            machine.Flush();
            AssertBalances(machine, paper);
        }, iter: Histories);

    private static ChainDriver Machine() => new(
        [Rows.Key() with { Budget = Rows.DailyBudget(100) with { RaiseMicroCents = 30_000_000, RaiseUntil = Rows.Now + DayRaise } }],
        Extra("hour", "hour", 40_000_000) with
        {
            AnchorAt = Rows.Now,
            EndsAt = Rows.Now.AddHours(1),
            RaiseMicroCents = 25_000_000,
            RaiseUntil = Rows.Now + HourRaise,
        },
        Extra("burst", "rolling 6h", 90_000_000));

    private static StoredExtraBudget Extra(string name, string period, long cap) => new()
    {
        Owner = BudgetOwner.OfKey("1"),
        Name = name,
        CapMicroCents = cap,
        Period = period,
        AnchorAt = null,
        StartedAt = Rows.Now,
        EndsAt = null,
        UsedMicroCents = 0,
    };

    private static void Apply(ChainStep step, ChainDriver machine, NaiveBudgets paper)
    {
        switch (step)
        {
            case ChainStep.Charge charge:
                Spend(machine, paper, charge.Id, charge.MicroCents, null);
                break;
            case ChainStep.Hold hold:
                Spend(machine, paper, hold.Id, hold.MicroCents, hold.Minutes);
                break;
            case ChainStep.Settle settle:
                var settled = paper.Settle(settle.Id, settle.MicroCents, machine.Now);
                machine.Settle(1, settle.Id, settle.MicroCents, result => Assert.Equal(settled, result.Outcome));
                break;
            case ChainStep.Void @void:
                var voided = paper.Void(@void.Id, @void.IsHold, machine.Now);
                machine.Void(1, @void.Id, @void.IsHold, result => Assert.Equal(voided, (VoidResult)result));
                break;
            case ChainStep.Wait wait:
                machine.Wait(wait.Minutes);
                break;
        }
    }

    private static void Spend(ChainDriver machine, NaiveBudgets paper, int id, long amount, int? minutes)
    {
        var expected = paper.Spend(id, amount, minutes, machine.Now);
        machine.Spend(1, id, amount, minutes, answer => Assert.Equal(
            expected, answer switch { { Denial: { } denial } => denial.Code, { IsReplay: true } => "replayed", _ => "allowed" }));
    }

    /// <summary>The entries of each budget lead from balance to balance, to its row; and no row says less than the paper.</summary>
    private static void AssertBalances(ChainDriver machine, NaiveBudgets paper)
    {
        var own = Assert.Single(machine.Keys).Budget;
        (string? Budget, long Used)[] rows =
            [(null, own.UsedMicroCents!.Value), .. machine.Budgets.Select(extra => ((string?)extra.Key, extra.Value.UsedMicroCents))];
        for (var i = 0; i < rows.Length; i++)
        {
            var balance = 0L;
            foreach (var entry in machine.Ledger.Where(entry => entry.Budget == rows[i].Budget && entry.BalanceMicroCents is not null))
            {
                balance += entry.AmountMicroCents;
                Assert.Equal(entry.BalanceMicroCents, balance);
            }

            Assert.Equal(rows[i].Used, balance);
            Assert.True(balance >= paper.SpentOf(i, machine.Now), "a budget says less than was spent");
        }
    }
}
