using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>A call that asks back and goes on in a later round, perhaps in another process, is one charge.</summary>
public sealed class RoundTests
{
    public static TheoryData<bool> Prices => [true, false];

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task A_call_of_three_rounds_is_paid_once(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);
        var again = await SuspendAsync(host, key, isHeld, paid);
        var last = Round(again);

        await host.RunAsync(key, Policy(isHeld), () => { }, last);

        Assert.Equal((0, 1, 2), (paid.Round, again.Round, last.Charge!.Round));
        Assert.Equal((40, 3), (await host.SpentCentsAsync(key), host.Work.Runs));
    }

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task A_round_is_accepted_once(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);
        await host.RunAsync(key, Policy(isHeld), () => { }, Round(paid));

        await AssertDeniedAsync(host, key, isHeld, paid, DenialCode.DuplicateCall);

        Assert.Equal(40, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task Another_key_cannot_go_on_with_what_this_one_paid(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var paid = await SuspendAsync(host, await host.CreateKeyAsync(cents: 100), isHeld, null);

        await AssertDeniedAsync(host, await host.CreateKeyAsync(cents: 100), isHeld, paid, DenialCode.IdempotencyMismatch);
    }

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task A_key_that_was_revoked_between_two_rounds_does_not_go_on(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);
        await host.Keys.RevokeAsync(key.Key.Id);

        await AssertDeniedAsync(host, key, isHeld, paid, DenialCode.InvalidKey);
    }

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task A_later_round_that_fails_gives_the_money_back(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);

        await Assert.ThrowsAsync<InvalidDataException>(() => host.RunAsync(key, Policy(isHeld), () => throw new InvalidDataException(), Round(paid)));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Prices))]
    public async Task What_was_paid_for_a_cheaper_call_pays_for_no_other(bool isHeld)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);

        await AssertDeniedAsync(host, key, isHeld, paid with { Cost = Cost.FromCents(1) }, DenialCode.IdempotencyMismatch);
        await AssertDeniedAsync(host, key, !isHeld, paid, DenialCode.IdempotencyMismatch);

        await host.RunAsync(key, Policy(isHeld), () => { }, Round(paid));
        Assert.Equal(40, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_hold_that_ended_while_somebody_thought_is_made_anew()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var (policy, ended) = await LetHoldEndAsync(host, key);

        await host.RunAsync(key, policy, () => ToolCall.Current!.ReportCost(Cost.FromCents(4)), Round(ended));

        Assert.Equal(4, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_round_that_could_not_be_paid_anew_goes_on_once_there_is_money()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var (policy, ended) = await LetHoldEndAsync(host, key);
        await host.RunAsync(key, new ToolPolicy("Work.Other", "work.other", Cost.FromCents(70)), () => { });

        await AssertDeniedAsync(host, key, policy, ended, DenialCode.BudgetExhausted);
        await host.Keys.ChangeCapAsync(key.Key.Id, Cost.FromCents(200), cancellationToken: TestContext.Current.CancellationToken);
        await host.RunAsync(key, policy, () => { }, Round(ended));

        Assert.Equal(110, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_round_that_was_paid_anew_is_accepted_once()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var (policy, ended) = await LetHoldEndAsync(host, key);
        await host.RunAsync(key, policy, () => { }, Round(ended));

        await AssertDeniedAsync(host, key, policy, ended, DenialCode.DuplicateCall);

        Assert.Equal((40, Cost.Zero), await SpentAndHeldAsync(host, key));
    }

    [Fact]
    public async Task Another_key_cannot_pay_anew_for_what_this_one_began()
    {
        await using var host = await AgentHost.StartAsync();
        var (policy, ended) = await LetHoldEndAsync(host, await host.CreateKeyAsync(cents: 100));
        var other = await host.CreateKeyAsync(cents: 100);

        await AssertDeniedAsync(host, other, policy, ended, DenialCode.IdempotencyMismatch);

        Assert.Equal((0, Cost.Zero), await SpentAndHeldAsync(host, other));
    }

    [Fact]
    public async Task A_hold_that_ends_while_its_round_begins_is_made_anew()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var (policy, paid) = await SuspendForSecondsAsync(host, key);
        var guard = new ToolGuard(new SlowTill(new KeysTill(host.Keys), () => host.WaitForStoreTimeAsync(paid.HeldUntil!.Value)), host.Log);
        using var binding = CallerScope.Bind(host.CallerOf(key), Round(paid));

        await guard.CompleteAsync(await guard.ChargeAsync(policy, TestContext.Current.CancellationToken));

        Assert.Equal((40, Cost.Zero), await SpentAndHeldAsync(host, key));
    }

    [Theory]
    [InlineData(true, FailureOutcome.Keep, 40)]
    [InlineData(false, FailureOutcome.Keep, 40)]
    [InlineData(true, FailureOutcome.Refund, 0)]
    [InlineData(false, FailureOutcome.Refund, 0)]
    public async Task Whoever_leaves_while_the_store_looks_at_a_later_round_pays_for_the_one_before(bool isHeld, FailureOutcome onCancellation, int spent)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var paid = await SuspendAsync(host, key, isHeld, null);
        using var leaving = new CancellationTokenSource();
        var guard = new ToolGuard(new LeftTill(new KeysTill(host.Keys), leaving.Cancel), host.Log);
        var policy = new ToolPolicy("Work.Ask", "work.ask", Policy(isHeld).Price) { OnCancellation = onCancellation };
        using var binding = CallerScope.Bind(host.CallerOf(key), Round(paid));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await guard.ChargeAsync(policy, leaving.Token));

        Assert.Equal((spent, Cost.Zero), await SpentAndHeldAsync(host, key));
    }

    [Fact]
    public async Task Whoever_leaves_while_a_later_round_is_paid_anew_pays_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var (policy, ended) = await LetHoldEndAsync(host, key);
        using var leaving = new CancellationTokenSource();
        var guard = new ToolGuard(new LeftTill(new KeysTill(host.Keys), leaving.Cancel, isLeftAtHold: true), host.Log);
        using var binding = CallerScope.Bind(host.CallerOf(key), Round(ended));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await guard.ChargeAsync(policy, leaving.Token));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    private static ToolPolicy Policy(bool isHeld) =>
        new("Work.Ask", "work.ask", isHeld ? ToolPrice.UpTo(Cost.FromCents(40)) : ToolPrice.Fixed(Cost.FromCents(40)));

    private static ToolCall Round(ToolPayment? paid) => new() { IsSuspension = failure => failure is AskingException, Resumed = paid };

    /// <summary>Suspends a call for longer than its hold lives.</summary>
    private static async Task<(ToolPolicy Policy, ToolPayment Ended)> LetHoldEndAsync(AgentHost host, CreatedKey key)
    {
        var suspended = await SuspendForSecondsAsync(host, key);
        await host.WaitForStoreTimeAsync(suspended.Paid.HeldUntil!.Value);
        return suspended;
    }

    private static async Task<(ToolPolicy Policy, ToolPayment Paid)> SuspendForSecondsAsync(AgentHost host, CreatedKey key)
    {
        var policy = new ToolPolicy("Work.Ask", "work.ask", ToolPrice.UpTo(Cost.FromCents(40))) { HoldTimeToLive = TimeSpan.FromSeconds(2) };
        var call = Round(null);
        await Assert.ThrowsAsync<AskingException>(() => host.RunAsync(key, policy, () => throw new AskingException(), call));
        return (policy, call.Charge!);
    }

    private static async Task<ToolPayment> SuspendAsync(AgentHost host, CreatedKey key, bool isHeld, ToolPayment? paid)
    {
        var call = Round(paid);
        await Assert.ThrowsAsync<AskingException>(() => host.RunAsync(key, Policy(isHeld), () => throw new AskingException(), call));
        return call.Charge!;
    }

    private static Task AssertDeniedAsync(AgentHost host, CreatedKey key, bool isHeld, ToolPayment paid, DenialCode reason) =>
        AssertDeniedAsync(host, key, Policy(isHeld), paid, reason);

    private static async Task AssertDeniedAsync(AgentHost host, CreatedKey key, ToolPolicy policy, ToolPayment paid, DenialCode reason)
    {
        var runs = host.Work.Runs;
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, policy, () => { }, Round(paid)));
        Assert.Equal(reason, denied.Denial.Reason);
        Assert.Equal(runs, host.Work.Runs);
    }

    private static async Task<(decimal Spent, Cost Held)> SpentAndHeldAsync(AgentHost host, CreatedKey key)
    {
        var now = (await host.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!;
        return (now.Spent.Cents, now.Held);
    }

    private sealed class AskingException : Exception;

    /// <summary>A till that takes its time after each charge.</summary>
    private sealed class SlowTill(ITill till, Func<Task> wait) : PassingTill(till)
    {
        public override async ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken)
        {
            var decision = await base.ChargeAsync(caller, request, cancellationToken);
            await wait();
            return decision;
        }
    }
}
