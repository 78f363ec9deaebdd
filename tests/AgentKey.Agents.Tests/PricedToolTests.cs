using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.Tests;

/// <summary>Every way to price a tool, through generated code and a real store.</summary>
public sealed class PricedToolTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.001")]
    [InlineData(2500, "2.5")]
    public async Task A_price_per_argument_is_charged_before_the_work(long tokens, string cents)
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            await tools.Tokens(tokens);
        }

        Assert.Equal(decimal.Parse(cents, null), await host.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task A_negative_argument_is_refused_before_any_money_moves(long tokens)
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => tools.Tokens(tokens).AsTask());
            Assert.Equal(("invalid_argument", "maxTokens"), (denied.Denial.Code, denied.Denial.Argument));
        }

        Assert.Equal(0, host.Work.Runs);
        Assert.Empty(await host.LedgerAsync(key));
    }

    [Fact]
    public async Task A_fraction_of_a_cent_is_exact()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            await tools.Fraction();
            await tools.Fraction();
            await tools.Fraction();
        }

        Assert.Equal(0.6m, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_tool_reports_what_it_cost()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            await tools.GuessAsync(7);
        }

        Assert.Null(ToolCall.Current);
        Assert.Equal(7, await host.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData("12345", 5)]
    [InlineData("", 0)]
    public async Task A_rule_sees_the_arguments(string text, int cents)
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            Assert.Equal(text, await tools.Ruled(text));
        }

        Assert.Equal(cents, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Charge], await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task A_settling_rule_sees_the_result()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            await tools.SettledAsync("four");
        }

        Assert.Equal(4, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task A_settling_rule_that_fails_spends_what_was_held_and_does_not_take_the_result()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            Assert.Equal("bad", await tools.SettledAsync("bad"));
        }

        Assert.Equal(30, await host.SpentCentsAsync(key));
        Assert.Equal(LogLevel.Error, Assert.Single(host.Log.Entries).Level);
    }

    [Fact]
    public async Task What_the_attribute_says_of_failures_and_cancellations_holds()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        host.Work.Body = _ => throw new InvalidDataException();
        await Assert.ThrowsAsync<InvalidDataException>(() => tools.KeptAsync());
        Assert.Equal(5, await host.SpentCentsAsync(key));

        using var cancellation = new CancellationTokenSource();
        host.Work.Body = async token =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tools.KeptAsync(cancellation.Token));

        Assert.Equal(5, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_public_tool_runs_for_anybody_and_carries_the_marker()
    {
        await using var host = await AgentHost.StartAsync();

        Assert.Equal("help", new GuardedPricedTools(new PricedTools(host.Work), host.Guard).Help());
        Assert.NotNull(Attribute.GetCustomAttribute(typeof(GuardedPricedTools).GetMethod("Help")!, typeof(AgentGuardedAttribute)));
    }

    [Fact]
    public void An_adapter_sees_the_price_of_every_guarded_tool()
    {
        var prices = typeof(GuardedPricedTools).GetMethods()
            .Select(method => ToolPolicy.Find(method.Name, method.GetCustomAttributes(inherit: true)))
            .OfType<ToolPolicy>()
            .ToDictionary(policy => policy.Tool, policy => policy.IsPublic ? "public" : policy.Price.ToString());

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Fraction"] = "$0.002",
                ["Tokens"] = "$0.01 per 1000 maxTokens",
                ["GuessAsync"] = "up to $0.40",
                ["Ruled"] = "by LengthPrice",
                ["SettledAsync"] = "by ResultPrice",
                ["KeptAsync"] = "$0.05",
                ["Help"] = "public",
                ["StreamAsync"] = "$0.06",
                ["MeteredAsync"] = "up to $0.40",
            },
            prices);
    }

    private static async Task<(CreatedKey Key, GuardedPricedTools Tools)> StartAsync(AgentHost host) =>
        (await host.CreateKeyAsync(cents: 100), new GuardedPricedTools(new PricedTools(host.Work), host.Guard));
}
