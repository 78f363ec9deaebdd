using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Storage;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

/// <summary>Answers that end in any other way than with their usage.</summary>
public sealed class StreamTests
{
    private const int Read = Metered.EstimatedInput;

    [Fact]
    public async Task Finding9_A_reader_that_stops_pays_for_what_it_saw_and_the_estimated_input()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three four"));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        await foreach (var update in client.GetStreamingResponseAsync(Metered.Ask))
        {
            if (update.Text.StartsWith("two", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.Equal(Read + (2 * 2), await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Settle);
    }

    [Fact]
    public async Task Finding9_A_cancelled_stream_is_settled_although_its_token_is_cancelled()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three four") with { HangAfterChunks = 4 });
        using var client = Metered.Client(server, folder, folder.CallerOf(key));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Metered.Ask, cancellationToken: cancellation.Token))
            {
                if (update.Text.StartsWith("three", StringComparison.Ordinal))
                {
                    await cancellation.CancelAsync();
                }
            }
        });

        Assert.Equal(Read + (2 * 3), await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(UnmeteredOutcome.Observed, Read + (2 * 2))]
    [InlineData(UnmeteredOutcome.Hold, Metered.HeldCents)]
    [InlineData(UnmeteredOutcome.Nothing, 0)]
    public async Task Finding9_A_stream_that_is_cut_off_costs_what_the_policy_says(UnmeteredOutcome policy, int cents)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three four") with { CutAfterChunks = 3 });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.Unmetered = policy);

        Assert.NotNull(await Record.ExceptionAsync(() => Metered.SendAsync(client, streams: true)));

        Assert.Equal(cents, await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finding9_An_answer_without_usage_costs_what_was_seen(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three four") with { HidesUsage = true });
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        await Metered.SendAsync(client, streams);

        Assert.Equal(Read + (2 * 4), await folder.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData(false, 429)]
    [InlineData(true, 429)]
    [InlineData(true, 400)]
    public async Task What_the_provider_refused_costs_nothing(bool streams, int status)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Fail(status, "refused", "No."));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        Assert.NotNull(await Record.ExceptionAsync(() => Metered.SendAsync(client, streams)));

        Assert.Equal(0, await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Void);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_that_fails_proves_nothing_so_the_call_is_paid_for_and_its_own_failure_comes_out(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var failure = new InvalidDataException("the provider's own");
        using var client = new ScriptedClient { Failure = failure }.AsBuilder()
            .UseMeter(folder, folder.CallerOf(key), options => options.IsUnbilled = _ => throw new NotSupportedException("the question's own")).Build();

        Assert.Same(failure, await Record.ExceptionAsync(() => Metered.SendAsync(client, streams)));

        Assert.Equal(Read, await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(false, 500)]
    [InlineData(true, 503)]
    public async Task What_the_provider_failed_at_costs_the_estimated_input(bool streams, int status)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Fail(status, "broken", "Oh."));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        Assert.NotNull(await Record.ExceptionAsync(() => Metered.SendAsync(client, streams)));

        Assert.Equal(Read, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_costs_nothing()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));
        await server.DisposeAsync();

        Assert.NotNull(await Record.ExceptionAsync(() => client.GetResponseAsync(Metered.Ask)));

        Assert.Equal(0, await folder.SpentCentsAsync(key));
        await AssertEndedAsync(folder, key, LedgerEntryKind.Void);
    }

    private static async Task AssertEndedAsync(KeyFolder folder, CreatedKey key, LedgerEntryKind end)
    {
        Assert.Equal([LedgerEntryKind.Hold, end], (await folder.LedgerAsync(key)).Select(entry => entry.Kind));
        await folder.AssertAddsUpAsync();
    }
}
