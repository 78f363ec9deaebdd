using AgentKey.Agents.AI.Tests.Hosting;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

/// <summary>Providers that report a part of what they used, or report it before the answer is over.</summary>
public sealed class PartialUsageTests
{
    private const int Read = Metered.EstimatedInput;

    private static readonly bool[] Either = [true, false];

    /// <summary>What is reported of an answer of four words, and what it costs; streaming and not.</summary>
    public static TheoryData<int?, int?, int?, int, bool> Halves => new(
        from half in new (int? Input, int? Output, int? Total, int Cents)[]
        {
            (7, null, null, 7 + (2 * 4)),
            (null, 3, null, Read + (2 * 3)),
            (7, null, 10, 7 + (2 * 3)),
            (null, 3, 10, 7 + (2 * 3)),
            (7, null, 5, 7 + (2 * 4)),
            (0, null, null, 2 * 4),
            (null, 0, null, Read),
            (7, 0, null, 7),
        }
        from streams in Either
        select (half.Input, half.Output, half.Total, half.Cents, streams));

    [Theory]
    [MemberData(nameof(Halves))]
    public async Task A_count_that_is_missing_is_no_zero(int? input, int? output, int? total, int cents, bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        using var client = Meter(folder, key, UnmeteredOutcome.Observed, ScriptedClient.Say(new TextContent("one two three four")), Report(input, output, total));

        await Metered.SendAsync(client, streams);

        Assert.Equal(cents, await folder.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData(UnmeteredOutcome.Hold, 7, null, 7 + (2 * Metered.OutputCap))]
    [InlineData(UnmeteredOutcome.Hold, null, 3, Read + (2 * 3))]
    [InlineData(UnmeteredOutcome.Nothing, 7, null, 7)]
    [InlineData(UnmeteredOutcome.Nothing, null, 3, 2 * 3)]
    public async Task What_is_reported_is_paid_and_the_policy_decides_about_the_rest(UnmeteredOutcome policy, int? input, int? output, int cents)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        using var client = Meter(folder, key, policy, ScriptedClient.Say(new TextContent("one two three four")), Report(input, output, total: null));

        await Metered.SendAsync(client, streams: true);

        Assert.Equal(cents, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_stream_that_is_left_after_its_reason_to_finish_and_its_usage_costs_that()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        using var client = Meter(
            folder,
            key,
            UnmeteredOutcome.Observed,
            ScriptedClient.Say(new TextReasoningContent("one two three"), new TextContent("four five six")),
            new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop },
            ScriptedClient.Report(new UsageDetails { InputTokenCount = 7, OutputTokenCount = 5, ReasoningTokenCount = 3 }),
            new ChatResponseUpdate());

        await LeaveAfterAsync(client, parts: 3);

        Assert.Equal(7 + (2 * 5), await folder.SpentCentsAsync(key));
    }

    [Theory]
    // All of the reasoning was seen, a part of it, none, and more than was reported: each token is paid once.
    [InlineData("one two three", "four five", 3 + 2)]
    [InlineData("one", "four five", 3 + 2)]
    [InlineData("", "four five six", 3 + 3)]
    [InlineData("one two three four", "five six", 4 + 2)]
    public async Task Reasoning_that_was_seen_and_reported_is_paid_once_when_the_stream_is_cut_off(string reasoning, string text, int written)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        using var client = Meter(
            folder,
            key,
            UnmeteredOutcome.Observed,
            ScriptedClient.Say(new TextReasoningContent(reasoning), new TextContent(text)),
            ScriptedClient.Report(new UsageDetails { InputTokenCount = 7, OutputTokenCount = 4, ReasoningTokenCount = 3 }),
            new ChatResponseUpdate());

        await LeaveAfterAsync(client, parts: 2);

        Assert.Equal(7 + (2 * written), await folder.SpentCentsAsync(key));
    }

    private static IChatClient Meter(
        KeyFolder folder, AgentKey.Keys.CreatedKey key, UnmeteredOutcome policy, params IReadOnlyList<ChatResponseUpdate> parts) =>
        new ScriptedClient(parts).AsBuilder().UseMeter(folder, folder.CallerOf(key), options => options.Unmetered = policy).Build();

    private static ChatResponseUpdate Report(int? input, int? output, int? total) =>
        ScriptedClient.Report(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total });

    private static async Task LeaveAfterAsync(IChatClient client, int parts)
    {
        await foreach (var part in client.GetStreamingResponseAsync(Metered.Ask))
        {
            if (--parts == 0)
            {
                break;
            }
        }
    }
}
