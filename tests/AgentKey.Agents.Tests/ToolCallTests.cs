using AgentKey.Agents.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>What an adapter and the guard tell each other about one call.</summary>
public sealed class ToolCallTests
{
    private static readonly ToolPolicy Costs15 = new("Work.Run", "work.run", Cost.FromCents(15));
    private static readonly ToolPolicy UpTo40 = new("Work.Guess", "work.guess", ToolPrice.UpTo(Cost.FromCents(40)));

    [Fact]
    public async Task The_adapter_learns_what_was_paid()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall();

        await host.RunAsync(key, Costs15, () => Assert.Equal(15, call.Charge!.Cost.Cents), call);

        var entry = Assert.Single(await host.LedgerAsync(key));
        Assert.Equal(new ToolPayment(key.Key.Id, entry.OperationId!, Cost.FromCents(15), Cost.FromCents(85)), call.Charge);
    }

    [Fact]
    public async Task After_the_settlement_the_adapter_sees_the_actual_cost()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall();

        await host.RunAsync(key, UpTo40, () => call.ReportCost(Cost.FromCents(call.Charge!.HeldUntil is null ? 0 : 11)), call);

        Assert.Equal((11m, 89m, null), (call.Charge!.Cost.Cents, call.Charge.Remaining!.Value.Cents, call.Charge.HeldUntil));
    }

    [Fact]
    public async Task A_result_that_the_adapter_calls_a_failure_is_refunded()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        foreach (var policy in new[] { Costs15, UpTo40 })
        {
            var call = new ToolCall { IsFailure = result => result is "done" };

            await host.RunAsync(key, policy, () => { }, call);

            Assert.Null(call.Charge);
            Assert.Equal(0, await host.SpentCentsAsync(key));
        }
    }

    [Theory]
    [InlineData(FailureOutcome.Keep, 15)]
    [InlineData(FailureOutcome.Refund, 0)]
    public async Task A_failure_that_is_returned_to_a_caller_who_has_left_is_a_cancellation(FailureOutcome onCancellation, int paid)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var cancellation = new CancellationTokenSource();
        using var binding = CallerScope.Bind(host.CallerOf(key), new ToolCall { IsFailure = result => result is "cancelled" });
        var policy = new ToolPolicy("Work.Run", "work.run", Cost.FromCents(15)) { OnCancellation = onCancellation };

        var charge = await host.Guard.ChargeAsync(policy, cancellation.Token);
        await cancellation.CancelAsync();
        await host.Guard.CompleteAsync(charge, "cancelled");

        Assert.Equal(paid, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_question_of_the_adapter_that_throws_leaves_no_hold_behind()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall { IsFailure = _ => throw new InvalidCastException() };

        await Assert.ThrowsAsync<InvalidCastException>(() => host.RunAsync(key, UpTo40, () => { }, call));

        Assert.Equal(40, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_call_with_an_id_runs_once_and_is_paid_once()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        foreach (var policy in new[] { Costs15, UpTo40 })
        {
            var id = $"retry-{policy.Tool}";
            await host.RunAsync(key, policy, () => { }, new ToolCall { OperationId = id });
            var spent = await host.SpentCentsAsync(key);

            var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, policy, () => { }, new ToolCall { OperationId = id }));

            Assert.Equal("duplicate_call", denied.Denial.Code);
            Assert.Equal(spent, await host.SpentCentsAsync(key));
        }

        Assert.Equal(2, host.Work.Runs);
    }

    [Fact]
    public async Task A_call_with_an_id_that_failed_does_not_run_again_for_the_money_that_went_back()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            host.RunAsync(key, Costs15, () => throw new InvalidDataException(), new ToolCall { OperationId = "one" }));

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, Costs15, () => { }, new ToolCall { OperationId = "one" }));

        Assert.Equal((DenialCode.DuplicateCall, 1), (denied.Denial.Reason, host.Work.Runs));
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_same_id_for_another_tool_is_refused()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        await host.RunAsync(key, Costs15, () => { }, new ToolCall { OperationId = "one" });

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, UpTo40, () => { }, new ToolCall { OperationId = "one" }));

        Assert.Equal(DenialCode.IdempotencyMismatch, denied.Denial.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    [InlineData(null)]
    public void A_malformed_id_is_refused_at_once(string? id)
    {
        var refused = Assert.Throws<InvalidFieldException>(() => new ToolCall { OperationId = id ?? new string('x', ToolCall.MaxOperationIdLength + 1) });

        Assert.Equal("operationId", refused.Field);
    }

    [Fact]
    public async Task A_tool_that_a_tool_calls_pays_for_itself()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall { OperationId = "outer" };

        await host.RunAsync(key, UpTo40, () => ToolCall.Current!.ReportCost(Cost.FromCents(5)), call, meanwhile: async () =>
        {
            Assert.Same(call, ToolCall.Current);
            await host.Guard.RunAsync(Costs15, _ =>
            {
                Assert.NotSame(call, ToolCall.Current);
                return ValueTask.FromResult(1);
            });
            Assert.Same(call, ToolCall.Current);
        });

        Assert.Equal(20, await host.SpentCentsAsync(key));
        Assert.Equal(5, call.Charge!.Cost.Cents);
    }

    [Fact]
    public async Task A_public_tool_asks_nobody()
    {
        await using var host = await AgentHost.StartAsync();

        Assert.Equal(1, await host.Guard.RunAsync(ToolPolicy.Public("Work.Help"), _ => ValueTask.FromResult(1)));
    }

    [Fact]
    public async Task What_is_asked_before_paying_knows_the_price_and_can_stop_the_call()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var asked = new List<Cost>();

        await host.RunAsync(key, UpTo40, () => { }, new ToolCall { BeforePaying = asked.Add });
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            host.RunAsync(key, Costs15, () => { }, new ToolCall { BeforePaying = price => throw new InvalidDataException($"{price}") }));

        Assert.Equal([Cost.FromCents(40)], asked);
        Assert.Equal((40, 1), (await host.SpentCentsAsync(key), host.Work.Runs));
    }

    [Fact]
    public async Task A_price_that_depends_on_the_call_is_asked_for()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var price = ToolPrice.PerArgument(Cost.FromCents(1), "maxTokens", units: 1000);
        var policy = new ToolPolicy("Work.Chat", "work.chat", price);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Guard.RunAsync(policy, _ => ValueTask.FromResult(1)).AsTask());
        await host.Guard.RunAsync(policy, price.Of(2500), _ => ValueTask.FromResult(1));

        Assert.Equal(2.5m, await host.SpentCentsAsync(key));
    }
}
