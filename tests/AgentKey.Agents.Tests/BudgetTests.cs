using AgentKey.Agents.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Agents.Tests;

public sealed class BudgetTests
{
    [Fact]
    public async Task Of_64_parallel_calls_with_money_for_20_exactly_20_run_and_44_never_start()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 20 * 15);
        host.Work.Body = async _ => await Task.Yield();
        var caller = host.CallerOf(key);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            using var binding = CallerScope.Bind(caller);
            return await Record.ExceptionAsync(host.CallAsync);
        })));

        Assert.Equal(20, host.Work.Runs);
        Assert.Equal(20, outcomes.Count(outcome => outcome is null));
        Assert.Equal(44, outcomes.OfType<ToolDeniedException>().Count(denied => denied.Denial.Reason == DenialCode.BudgetExhausted));
        Assert.Equal(300, await host.SpentCentsAsync(key));
        Assert.Equal(20, (await host.LedgerAsync(key)).Count(entry => entry.Kind == LedgerEntryKind.Charge));
    }

    [Fact]
    public async Task A_refusal_says_what_the_call_costs_and_what_is_left()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 20);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        await host.CallAsync();

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(host.CallAsync);

        Assert.Equal(("budget_exhausted", 15m, 5m), (denied.Denial.Code, denied.Denial.Cost.Cents, denied.Denial.Remaining!.Value.Cents));
        Assert.Equal(1, host.Work.Runs);
    }

    [Fact]
    public async Task A_tool_without_a_price_is_checked_and_free()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 0);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            await host.Tools.Free();
        }

        await Assert.ThrowsAsync<ToolDeniedException>(() => host.Tools.Free().AsTask());

        Assert.Equal(1, host.Work.Runs);
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }
}
