using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tills;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentKey.Agents.Tests;

/// <summary>Held money lives as long as the work does, and is spent even when the store was away.</summary>
public sealed class ProlongingTests
{
    private static readonly ToolPolicy Policy =
        new("Work.Long", "work.long", ToolPrice.UpTo(Cost.FromCents(40))) { HoldTimeToLive = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Work_that_outlives_its_hold_keeps_it()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall();

        await host.RunAsync(
            key,
            Policy,
            () => ToolCall.Current!.ReportCost(Cost.FromCents(6)),
            call,
            meanwhile: () => host.WaitForStoreTimeAsync(call.Charge!.HeldUntil!.Value + TimeSpan.FromSeconds(1)));

        Assert.Equal(6, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task Work_whose_hold_could_not_be_kept_is_paid_late()
    {
        await using var host = await AgentHost.StartAsync(new FakeTimeProvider());
        var key = await host.CreateKeyAsync(cents: 100);
        var call = new ToolCall();

        await host.RunAsync(
            key,
            Policy,
            () => ToolCall.Current!.ReportCost(Cost.FromCents(6)),
            call,
            meanwhile: () => host.WaitForStoreTimeAsync(call.Charge!.HeldUntil!.Value));

        Assert.Equal(6, await host.SpentCentsAsync(key));
        Assert.Contains(LedgerEntryKind.LateSettle, await host.LedgerKindsAsync(key));
    }

    [Fact]
    public async Task A_settlement_that_the_store_did_not_take_is_tried_again()
    {
        var clock = new FakeTimeProvider();
        await using var host = await AgentHost.StartAsync(clock);
        var key = await host.CreateKeyAsync(cents: 100);
        await using var other = host.OpenFile();
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await host.RunAsync(key, Policy, () => ToolCall.Current!.ReportCost(Cost.FromCents(6)), meanwhile: () => command.ExecuteNonQueryAsync());
        Assert.Contains(host.Log.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("could not be settled yet", StringComparison.Ordinal));
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();

        while (await host.SpentCentsAsync(key) != 6)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }

        Assert.DoesNotContain(host.Log.Entries, entry => entry.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task A_settlement_whose_answer_was_lost_is_tried_again_and_made_once()
    {
        var clock = new FakeTimeProvider();
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var till = new ForgetfulTill(new KeysTill(host.Keys));
        using var binding = CallerScope.Bind(host.CallerOf(key));
        await new ToolGuard(till, host.Log, clock).RunAsync(Policy, _ => new ValueTask<int>(0), TestContext.Current.CancellationToken);

        while (till.Settlements < 2)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }

        await Task.Delay(100);
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], await host.LedgerKindsAsync(key));
        Assert.Equal(LogLevel.Warning, Assert.Single(host.Log.Entries).Level);
    }
}
