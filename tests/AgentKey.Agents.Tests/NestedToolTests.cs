using AgentKey.Agents.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>A tool that a tool calls pays for itself, and neither takes the other's reports, whoever called the outer one.</summary>
public sealed class NestedToolTests
{
    private static readonly ToolPolicy Free = new("Work.Free", "work.free", Cost.Zero);
    private static readonly ToolPolicy OneCent = new("Work.Fixed", "work.fixed", Cost.FromCents(1));

    /// <summary>Whether an adapter bound a call, and how many tools of a fixed price stand between it and the outer tool.</summary>
    public static TheoryData<bool, int> Depths => new() { { false, 0 }, { false, 1 }, { true, 0 }, { true, 1 }, { true, 2 } };

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task What_the_outer_tool_reported_stays_when_an_inner_one_reports(bool isAdapted, int depth)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted, depth, UpTo(10), async () =>
        {
            Report(9);
            await RunAsync(host, UpTo(5), () => Report(0));
        });

        await AssertPaidAsync(host, key, 9);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task A_tool_reports_after_it_has_called_another(bool isAdapted, int depth)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted, depth, UpTo(10), async () =>
        {
            await RunAsync(host, OneCent, () => { });
            await RunAsync(host, UpTo(5), () => Report(2));
            Report(9);
        });

        await AssertPaidAsync(host, key, 1 + 2 + 9);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task A_tool_that_reports_nothing_pays_what_was_held_for_it_whatever_an_inner_one_reports(bool isAdapted, int depth)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted, depth, UpTo(10), () => RunAsync(host, UpTo(5), () => Report(5)));

        await AssertPaidAsync(host, key, 10 + 5);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task A_dear_inner_tool_is_paid_once(bool isAdapted, int depth)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted, depth, UpTo(1), async () =>
        {
            Report(1);
            await RunAsync(host, UpTo(50), () => Report(50));
        });

        await AssertPaidAsync(host, key, 1 + 50);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public async Task Inner_tools_at_the_same_time_pay_each_for_itself(bool isAdapted, int depth)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted, depth, UpTo(10), async () =>
        {
            Report(9);
            await Task.WhenAll(Enumerable.Range(1, 5).Select(cents => RunAsync(host, UpTo(6), () => Report(cents))));
        });

        await AssertPaidAsync(host, key, 9 + 1 + 2 + 3 + 4 + 5);
    }

    [Fact]
    public async Task An_inner_tool_that_fails_leaves_the_outer_ones_payment_alone()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);

        await CallAsync(host, key, isAdapted: false, depth: 0, UpTo(10), async () =>
        {
            Report(9);
            await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(host, UpTo(5), () => throw new InvalidDataException()));
            Assert.Equal(Cost.FromCents(10), ToolCall.Current!.Charge!.Cost);
        });

        await AssertPaidAsync(host, key, 9);
    }

    private static ToolPolicy UpTo(int cents) => new($"Work.UpTo{cents}", "work.held", ToolPrice.UpTo(Cost.FromCents(cents)));

    private static void Report(int cents) => ToolCall.Current!.ReportCost(Cost.FromCents(cents));

    private static async Task CallAsync(AgentHost host, CreatedKey key, bool isAdapted, int depth, ToolPolicy policy, Func<Task> work)
    {
        using var binding = CallerScope.Bind(host.CallerOf(key), isAdapted ? new ToolCall() : null);
        await RunBelowAsync(host, depth, policy, work);
    }

    private static Task<string> RunBelowAsync(AgentHost host, int depth, ToolPolicy policy, Func<Task> work) =>
        depth == 0 ? RunAsync(host, policy, work) : RunAsync(host, Free, () => RunBelowAsync(host, depth - 1, policy, work));

    private static Task<string> RunAsync(AgentHost host, ToolPolicy policy, Action work) => RunAsync(host, policy, () =>
    {
        work();
        return Task.CompletedTask;
    });

    private static Task<string> RunAsync(AgentHost host, ToolPolicy policy, Func<Task> work) => host.Guard.RunAsync(
        policy,
        async _ =>
        {
            await Task.Yield();
            await work();
            return "done";
        },
        TestContext.Current.CancellationToken).AsTask();

    private static async Task AssertPaidAsync(AgentHost host, CreatedKey key, int cents)
    {
        Assert.Equal(cents, await host.SpentCentsAsync(key));
        Assert.Empty(await host.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }
}
