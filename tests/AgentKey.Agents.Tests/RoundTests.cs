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

        var now = (await host.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((spent, Cost.Zero), (now.Spent.Cents, now.Held));
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
        var policy = new ToolPolicy("Work.Ask", "work.ask", ToolPrice.UpTo(Cost.FromCents(40))) { HoldTimeToLive = TimeSpan.FromSeconds(2) };
        var call = Round(null);
        await Assert.ThrowsAsync<AskingException>(() => host.RunAsync(key, policy, () => throw new AskingException(), call));
        await host.WaitForStoreTimeAsync(call.Charge!.HeldUntil!.Value);
        return (policy, call.Charge);
    }

    private static async Task<ToolPayment> SuspendAsync(AgentHost host, CreatedKey key, bool isHeld, ToolPayment? paid)
    {
        var call = Round(paid);
        await Assert.ThrowsAsync<AskingException>(() => host.RunAsync(key, Policy(isHeld), () => throw new AskingException(), call));
        return call.Charge!;
    }

    private static async Task AssertDeniedAsync(AgentHost host, CreatedKey key, bool isHeld, ToolPayment paid, DenialCode reason)
    {
        var runs = host.Work.Runs;
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, Policy(isHeld), () => { }, Round(paid)));
        Assert.Equal(reason, denied.Denial.Reason);
        Assert.Equal(runs, host.Work.Runs);
    }

    private sealed class AskingException : Exception;
}
