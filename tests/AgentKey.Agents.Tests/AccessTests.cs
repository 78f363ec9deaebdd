using AgentKey.Agents.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.Keys;

namespace AgentKey.Agents.Tests;

public sealed class AccessTests
{
    [Fact]
    public async Task Without_a_caller_nothing_runs()
    {
        await using var host = await AgentHost.StartAsync();

        await AssertDeniedAsync(host, DenialCode.NoCaller);
    }

    [Fact]
    public async Task Hiding_the_caller_hides_it_from_the_tool()
    {
        await using var host = await AgentHost.StartAsync();
        using var outer = CallerScope.Bind(host.CallerOf(await host.CreateKeyAsync(cents: 100)));
        using (CallerScope.Bind(null))
        {
            await AssertDeniedAsync(host, DenialCode.NoCaller);
        }

        Assert.Equal("go! Friday", await host.CallAsync());
    }

    [Fact]
    public async Task A_key_that_was_revoked_between_two_calls_is_refused_at_the_second()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        await host.Tools.Touch();
        await host.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.Tools.Touch().AsTask());

        Assert.Equal((DenialCode.InvalidKey, KeyFault.Revoked), (denied.Denial.Reason, denied.Denial.Fault));
        Assert.Equal(1, host.Work.Runs);
        Assert.Equal(2, await host.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData("work.count")]
    [InlineData("work.run.fast")]
    [InlineData("workers.*")]
    public async Task A_key_without_the_scope_runs_nothing_and_pays_nothing(string held)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100, scope: held);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        var denial = await AssertDeniedAsync(host, DenialCode.InsufficientScope);

        Assert.Equal("work.run", denial.RequiredScope);
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_secret_that_nobody_minted_runs_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        using var binding = CallerScope.Bind(host.Keys.Identify(AgentSecret.Generate().Reveal()));

        await AssertDeniedAsync(host, DenialCode.InvalidKey);
    }

    [Fact]
    public async Task Callers_of_parallel_flows_do_not_mix()
    {
        await using var host = await AgentHost.StartAsync();
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.CreateKeyAsync(cents: 1000)));
        host.Work.Body = async _ => await Task.Yield();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var key = keys[i % keys.Length];
            using var binding = CallerScope.Bind(host.Keys.Identify(key.Secret.Reveal(), onBehalfOf: key.Key.Id));
            await host.CallAsync();
        }));

        foreach (var key in keys)
        {
            var ledger = await host.LedgerAsync(key);
            Assert.Equal(10, ledger.Count);
            Assert.All(ledger, entry => Assert.Equal(key.Key.Id, entry.OnBehalfOf));
        }
    }

    private static async Task<Denial> AssertDeniedAsync(AgentHost host, DenialCode reason)
    {
        var runs = host.Work.Runs;
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(host.CallAsync);
        Assert.Equal(reason, denied.Denial.Reason);
        Assert.Equal(runs, host.Work.Runs);
        return denied.Denial;
    }
}
