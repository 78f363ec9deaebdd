using AgentKey.Agents.Tests.Hosting;
using AgentKey.Storage;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task A_tool_that_throws_costs_nothing_and_its_own_exception_comes_out()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var failure = new InvalidDataException("the tool's own");
        host.Work.Body = _ => throw failure;
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Same(failure, await Record.ExceptionAsync(host.CallAsync));

        Assert.Equal(0, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task A_refund_that_cannot_be_written_is_logged_and_does_not_hide_the_failure()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var failure = new InvalidDataException("the tool's own");
        await using var other = host.OpenFile();
        await using var lockOut = other.CreateCommand();
        lockOut.CommandText = "BEGIN IMMEDIATE";
        host.Work.Body = async cancellationToken =>
        {
            await lockOut.ExecuteNonQueryAsync(cancellationToken);
            throw failure;
        };
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Same(failure, await Record.ExceptionAsync(host.CallAsync));

        var charge = Assert.Single(await host.LedgerAsync(key));
        var (level, text) = Assert.Single(host.Log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"key {key.Key.Id} could", text, StringComparison.Ordinal);
        Assert.Contains(charge.OperationId!, text, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Reveal(), text, StringComparison.Ordinal);
        Assert.Equal(15, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_the_middle_of_its_work_stays_paid()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var cancellation = new CancellationTokenSource();
        host.Work.Body = async cancellationToken =>
        {
            await cancellation.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        };
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Tools.StepAsync(cancellation.Token));

        Assert.Equal(1, host.Work.Runs);
        Assert.Equal(3, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_stays_paid_in_whatever_words_its_tool_says_so()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var cancellation = new CancellationTokenSource();
        host.Work.Body = async _ =>
        {
            await cancellation.CancelAsync();
            throw new IOException("The client reset the request stream.");
        };
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAsync<IOException>(() => host.Tools.StepAsync(cancellation.Token));

        Assert.Equal(3, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_time_out_inside_the_tool_is_a_failure_and_costs_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        host.Work.Body = _ => throw new TaskCanceledException("an inner time-out");
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAsync<TaskCanceledException>(() => host.Tools.StepAsync(TestContext.Current.CancellationToken));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_work_neither_runs_nor_costs()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.CallUntilAsync(new CancellationToken(canceled: true)));

        Assert.Equal(0, host.Work.Runs);
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task What_is_cancelled_while_the_store_decides_is_returned()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 1500);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        using var cancellation = new CancellationTokenSource();

        var calls = Enumerable.Range(0, 50).Select(_ => Record.ExceptionAsync(() => host.CallUntilAsync(cancellation.Token)).AsTask()).ToList();
        await cancellation.CancelAsync();
        var outcomes = await Task.WhenAll(calls);

        Assert.All(outcomes.OfType<Exception>(), outcome => Assert.IsAssignableFrom<OperationCanceledException>(outcome));
        Assert.Equal(host.Work.Runs, outcomes.Count(outcome => outcome is null));
        Assert.Equal(15 * host.Work.Runs, await host.SpentCentsAsync(key));
    }
}
