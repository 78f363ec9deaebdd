using AgentKey.Agents.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Agents.Tests;

/// <summary>A price that is known only afterwards: held, then settled at what the tool reports.</summary>
public sealed class HeldPriceTests
{
    private static readonly ToolPolicy UpTo40 = new("Work.Guess", "work.guess", ToolPrice.UpTo(Cost.FromCents(40)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 12)]
    [InlineData(40, 40)]
    [InlineData(55, 55)]
    public async Task What_the_tool_reports_is_spent(int reported, int spent)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);

        await host.RunAsync(key, UpTo40, () => ToolCall.Current!.ReportCost(Cost.FromCents(reported)));

        Assert.Equal(spent, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task A_tool_that_reports_nothing_pays_all_that_was_held()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);

        await host.RunAsync(key, UpTo40, () => { });

        Assert.Equal(40, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_last_of_several_reports_counts()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);

        await host.RunAsync(key, UpTo40, () =>
        {
            ToolCall.Current!.ReportCost(Cost.FromCents(30));
            ToolCall.Current.ReportCost(Cost.FromCents(3));
        });

        Assert.Equal(3, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task More_than_was_held_blocks_the_next_call()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        await host.RunAsync(key, UpTo40, () => ToolCall.Current!.ReportCost(Cost.FromCents(55)));

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, UpTo40, () => { }));

        Assert.Equal(("budget_exhausted", 40m), (denied.Denial.Code, denied.Denial.Cost.Cents));
        Assert.Equal(1, host.Work.Runs);
    }

    [Fact]
    public async Task What_is_held_cannot_be_spent_by_another_call()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        var inner = await Assert.ThrowsAsync<ToolDeniedException>(() => host.RunAsync(key, UpTo40, () => { }, meanwhile: () => host.RunAsync(key, UpTo40, () => { })));

        Assert.Equal(10m, inner.Denial.Remaining!.Value.Cents);
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_tool_that_fails_gives_everything_back_whatever_it_reported()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);

        await Assert.ThrowsAsync<InvalidDataException>(() => host.RunAsync(key, UpTo40, () =>
        {
            ToolCall.Current!.ReportCost(Cost.FromCents(7));
            throw new InvalidDataException();
        }));

        Assert.Equal(0, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Void], await host.LedgerKindsAsync(key));
    }

    [Theory]
    [InlineData(null, 40)]
    [InlineData(7, 7)]
    public async Task A_tool_whose_failures_cost_too_pays_what_it_reported_or_all(int? reported, int spent)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        var policy = new ToolPolicy("Work.Guess", "work.guess", UpTo40.Price) { OnFailure = FailureOutcome.Keep };

        await Assert.ThrowsAsync<InvalidDataException>(() => host.RunAsync(key, policy, () =>
        {
            if (reported is { } cents)
            {
                ToolCall.Current!.ReportCost(Cost.FromCents(cents));
            }

            throw new InvalidDataException();
        }));

        Assert.Equal(spent, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_settlement_does_not_stop_when_the_caller_leaves()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.RunAsync(
            key,
            UpTo40,
            () =>
            {
                ToolCall.Current!.ReportCost(Cost.FromCents(9));
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            },
            cancellationToken: cancellation.Token));

        Assert.Equal(9, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task Whatever_ids_a_key_used_before_what_it_holds_is_spent()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 200);
        await host.RunAsync(key, UpTo40, () => { }, new ToolCall { OperationId = "x.settle.settle" });
        await host.RunAsync(key, new ToolPolicy("Work.Run", "work.run", Cost.FromCents(15)), () => { }, new ToolCall { OperationId = "x.settle" });

        await host.RunAsync(key, UpTo40, () => { }, new ToolCall { OperationId = "x" });

        Assert.Equal(95, await host.SpentCentsAsync(key));
        Assert.Equal(
            [LedgerEntryKind.Hold, LedgerEntryKind.Settle, LedgerEntryKind.Charge, LedgerEntryKind.Hold, LedgerEntryKind.Settle],
            await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task A_report_after_the_call_is_an_error_of_the_tool()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        ToolCall? call = null;
        await host.RunAsync(key, UpTo40, () => call = ToolCall.Current);

        Assert.Throws<InvalidOperationException>(() => call!.ReportCost(Cost.FromCents(1)));
    }

    [Fact]
    public async Task A_tool_of_a_fixed_price_cannot_report()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 50);
        var policy = new ToolPolicy("Work.Run", "work.run", Cost.FromCents(15));
        var call = new ToolCall();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(key, policy, () => ToolCall.Current!.ReportCost(Cost.Zero), call));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }
}
