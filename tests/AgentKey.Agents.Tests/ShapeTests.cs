using System.Diagnostics;
using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;

namespace AgentKey.Agents.Tests;

/// <summary>Every shape of tool returns what it returned unguarded, and charges its own price under its own name.</summary>
public sealed class ShapeTests
{
    [Fact]
    public async Task Every_shape_charges_its_price_and_returns_its_result()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 1000);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal("a? Monday", await host.Tools.RunAsync("a", "?", DayOfWeek.Monday, TestContext.Current.CancellationToken));
        Assert.Equal(3, await host.Tools.Count("a", "b", "c"));
        await host.Tools.Touch();
        await host.Tools.StepAsync(TestContext.Current.CancellationToken);
        await host.Tools.QuickStepAsync();
        Assert.Equal((Name: "abcd", Length: 4), await host.Tools.PairAsync("abcd"));
        await host.Tools.Free();

        var ledger = await host.LedgerAsync(key);
        Assert.Equal(
            [("RunAsync", 15m), ("Count", 1m), ("Touch", 2m), ("StepAsync", 3m), ("QuickStepAsync", 4m), ("PairAsync", 5m)],
            ledger.Where(entry => entry.AmountMicroCents > 0).Select(entry => (entry.Tool!["WorkTools.".Length..], entry.Amount.Cents)));
        Assert.Equal(7, host.Work.Runs);
        Assert.Equal(30, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task Static_tools_need_no_instance_and_overloads_have_prices_of_their_own()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 15, scope: "arithmetic.add");
        var arithmetic = new GuardedArithmetic(host.Guard);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal(3, await arithmetic.Add(1, 2));
        Assert.Equal(6, await arithmetic.Add(1, 2, 3));
        await Assert.ThrowsAsync<ToolDeniedException>(() => arithmetic.Add(1, 2).AsTask());

        Assert.Equal([7m, 8m], (await host.LedgerAsync(key)).Select(entry => entry.Amount.Cents));
    }

    [Fact]
    public async Task A_synchronous_tool_that_throws_is_refunded()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 15, scope: "arithmetic.add");
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAsync<OverflowException>(() => new GuardedArithmetic(host.Guard).Add(long.MaxValue, 1).AsTask());

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_ledger_carries_the_trace_that_the_call_ran_under()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        using var activity = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();

        await host.Tools.Touch();

        Assert.Equal(activity.TraceId.ToHexString(), Assert.Single(await host.LedgerAsync(key)).TraceId);
    }
}
