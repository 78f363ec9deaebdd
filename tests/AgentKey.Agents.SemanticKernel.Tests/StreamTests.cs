using System.Runtime.CompilerServices;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>
/// Streams of a keyed kernel that end in any other way than with their usage; as a prompt, whose stream runs through the
/// kernel's filters, and as a chat service, whose stream does not. Numbers here and in the tests of the other adapters are
/// findings of the research (Semantic Kernel and Extensions.AI, 8).
/// </summary>
public sealed class StreamTests
{
    /// <summary>The estimate for one word: it, and the marks around the conversation and the message. A token read costs a cent.</summary>
    private const int Read = 4 + 4 + 1;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finding9_A_reader_that_stops_pays_for_what_it_saw(bool isPrompt)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, _ => ModelReply.Say("one two three four"));
        var key = await host.MintAsync(100, "model.chat");

        await foreach (var piece in Stream(host.Root.WithAgentKey(key.Secret), isPrompt))
        {
            if (piece.StartsWith("two", StringComparison.Ordinal))
            {
                break;
            }
        }

        await AssertEndedAsync(host, key, Read + (2 * 2), LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finding9_A_cancelled_stream_is_settled_although_its_token_is_cancelled(bool isPrompt)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, _ => ModelReply.Say("one two three four") with { HangAfterChunks = 4 });
        var key = await host.MintAsync(100, "model.chat");
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in Stream(host.Root.WithAgentKey(key.Secret), isPrompt, cancellation.Token))
            {
                if (piece.StartsWith("three", StringComparison.Ordinal))
                {
                    await cancellation.CancelAsync();
                }
            }
        });

        await AssertEndedAsync(host, key, Read + (2 * 3), LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finding9_A_stream_that_the_provider_cuts_off_throws_and_pays_for_what_was_seen(bool isPrompt)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, _ => ModelReply.Say("one two three four") with { CutAfterChunks = 3 });
        var key = await host.MintAsync(100, "model.chat");

        Assert.NotNull(await Record.ExceptionAsync(() => ReadAllAsync(host.Root.WithAgentKey(key.Secret), isPrompt)));

        await AssertEndedAsync(host, key, Read + (2 * 2), LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finding9_A_stream_without_usage_pays_for_what_was_seen(bool isPrompt)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, _ => ModelReply.Say("one two three four") with { HidesUsage = true });
        var key = await host.MintAsync(100, "model.chat");

        await ReadAllAsync(host.Root.WithAgentKey(key.Secret), isPrompt);

        await AssertEndedAsync(host, key, Read + (2 * 4), LedgerEntryKind.Settle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finding9_A_stream_that_is_dropped_without_a_word_stays_held_until_its_hold_ends(bool isPrompt)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, _ => ModelReply.Say("one two three four"));
        var key = await host.MintAsync(100, "model.chat");

        var reader = Stream(host.Root.WithAgentKey(key.Secret), isPrompt).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reader.MoveNextAsync());

        var held = Cost.FromCents(Read + (2 * 10));
        var dropped = (await host.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((held, held), (dropped.Spent, dropped.Held));
        Assert.Equal(LedgerEntryKind.Hold, Assert.Single(await host.LedgerAsync(key)).Kind);
    }

    private static async IAsyncEnumerable<string> Stream(
        Kernel kernel, bool isPrompt, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pieces = isPrompt
            ? kernel.InvokePromptStreamingAsync<StreamingKernelContent>("go", cancellationToken: cancellationToken)
            : kernel.GetRequiredService<IChatCompletionService>().GetStreamingChatMessageContentsAsync(new ChatHistory("go"), kernel: kernel, cancellationToken: cancellationToken);
        await foreach (var piece in pieces)
        {
            yield return piece.ToString();
        }
    }

    private static async Task ReadAllAsync(Kernel kernel, bool isPrompt)
    {
        await foreach (var piece in Stream(kernel, isPrompt, TestContext.Current.CancellationToken))
        {
            Assert.NotNull(piece);
        }
    }

    private static async Task AssertEndedAsync(KernelHost host, CreatedKey key, int cents, LedgerEntryKind ended)
    {
        var info = (await host.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((Cost.FromCents(cents), Cost.Zero), (info.Spent, info.Held));
        Assert.Equal([LedgerEntryKind.Hold, ended], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
        Assert.Empty(await host.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }
}
