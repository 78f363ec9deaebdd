using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Charging;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.Tests;

/// <summary>Money fails closed: a store that cannot decide is a refusal, whatever is wrong with it.</summary>
public sealed class StoreFaultTests
{
    [Theory]
    [InlineData("no-such-folder/keys.db")]
    [InlineData("not-migrated.db")]
    public async Task A_store_that_is_not_there_runs_nothing(string path)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        await using var elsewhere = AgentHost.Open(Path.Combine(Path.GetDirectoryName(host.StorePath)!, path));
        var tools = new GuardedWorkTools(new WorkTools(host.Work), new ToolGuard(elsewhere, host.Log));
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await AssertRefusedAsync(host, () => tools.RunAsync("go", cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_any_more_runs_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        await host.CallAsync();
        await using var other = host.OpenFile();
        await using var lockOut = other.CreateCommand();
        lockOut.CommandText = "BEGIN IMMEDIATE";
        await lockOut.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await AssertRefusedAsync(host, host.CallAsync);

        Assert.Equal(15, await host.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData("budget_cents = -5")]
    [InlineData("budget_period = 'fortnight', budget_anchor_at = NULL")]
    [InlineData("budget_used_cents = 9223372036854775807")]
    [InlineData("scopes = 'not json'")]
    public async Task A_row_that_makes_no_sense_runs_nothing(string damage)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        await using (var other = host.OpenFile())
        await using (var command = other.CreateCommand())
        {
            command.CommandText = $"UPDATE sdk_api_keys SET {damage}";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        using var binding = CallerScope.Bind(host.CallerOf(key));
        await Assert.ThrowsAsync<ToolDeniedException>(host.CallAsync);

        Assert.Equal(0, host.Work.Runs);
    }

    private static async Task AssertRefusedAsync(AgentHost host, Func<Task> call)
    {
        var runs = host.Work.Runs;
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(call);
        Assert.Equal((DenialCode.StoreUnavailable, 15m), (denied.Denial.Reason, denied.Denial.Cost.Cents));
        Assert.Equal(runs, host.Work.Runs);
        Assert.Equal(LogLevel.Error, Assert.Single(host.Log.Entries).Level);
    }
}
