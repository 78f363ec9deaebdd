using System.Net;
using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class AbandonedStreamTests
{
    [Fact]
    public async Task Finding9_A_stream_that_is_dropped_without_a_word_gives_its_money_back_when_its_hold_ends()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(Metered.HeldCents + 1);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.IsStreaming ? ModelReply.Say("one two three") : ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.HoldTimeToLive = TimeSpan.FromSeconds(2));
        await DropAsync(client);

        var refusals = 0;
        while (await Record.ExceptionAsync(() => client.GetResponseAsync(Metered.Ask)) is { } refusal)
        {
            Assert.Equal(DenialCode.BudgetExhausted, Assert.IsType<ModelCallDeniedException>(refusal).Denial.Reason);
            refusals++;
            // What prolongs a hold ends with the stream that nobody holds any more.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.True(refusals > 0);
        Assert.Equal(3, await folder.SpentCentsAsync(key));
        Assert.Contains(LedgerEntryKind.Expire, (await folder.LedgerAsync(key)).Select(entry => entry.Kind));
        await folder.AssertAddsUpAsync();
    }

    [Theory]
    [InlineData(false, true, 0)]
    [InlineData(true, true, 0)]
    [InlineData(false, false, Metered.EstimatedInput)]
    [InlineData(true, false, Metered.EstimatedInput)]
    public async Task A_stream_that_cannot_be_opened_costs_what_its_failure_says(bool failsWhenRead, bool isRefused, int cents)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(Metered.HeldCents);
        Exception failure = isRefused ? new HttpRequestException("no", null, HttpStatusCode.Unauthorized) : new TimeoutException();
        using var client = new UnopenableClient(failure, failsWhenRead).AsBuilder().UseMeter(folder, folder.CallerOf(key)).Build();

        Assert.Same(failure, await Record.ExceptionAsync(() => Metered.SendAsync(client, streams: true)));

        var now = await folder.ReadAsync(key.Key.Id);
        Assert.Equal((cents, Cost.Zero), (now.Spent.Cents, now.Held));
        Assert.Equal(isRefused ? LedgerEntryKind.Void : LedgerEntryKind.Settle, (await folder.LedgerAsync(key))[^1].Kind);
    }

    /// <summary>Reads a little, and keeps nothing that could ever be disposed.</summary>
    private static async Task DropAsync(IChatClient client)
    {
        var reader = client.GetStreamingResponseAsync(Metered.Ask).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
    }

    /// <summary>A provider's client that fails before its stream begins: when it is asked for it, or when that is opened.</summary>
    private sealed class UnopenableClient(Exception failure, bool failsWhenRead) : DelegatingChatClient(new ScriptedClient()), IAsyncEnumerable<ChatResponseUpdate>
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            failsWhenRead ? this : throw failure;

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw failure;
    }
}
