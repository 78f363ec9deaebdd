using System.Runtime.CompilerServices;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Prompt functions: free unless they were given a price.</summary>
public sealed class PromptTests
{
    private static readonly ToolPolicy Price = new("prompt", "test.prompt", Cost.FromCents(15));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finding8_A_prompt_needs_no_scope_and_no_money(bool isStreaming)
    {
        await using var host = await StartAsync(policy: null);
        var key = await host.MintAsync(0, "other.thing");

        Assert.Equal("hello there", await AskAsync(host.Root.WithAgentKey(key.Secret), isStreaming));
        Assert.Equal("hello there", await AskAsync(host.Root, isStreaming));

        Assert.Empty(await host.LedgerAsync(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_with_a_price_is_paid_before_the_model_is_asked(bool isStreaming)
    {
        await using var host = await StartAsync(Price);
        var key = await host.MintAsync(15, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);

        var answer = await AskAsync(kernel, isStreaming);
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => AskAsync(kernel, isStreaming));

        Assert.Equal("hello there", answer);
        Assert.Equal("budget_exhausted", denied.Denial.Code);
        Assert.Equal(1, host.ModelCalls);
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_that_fails_gives_its_price_back(bool isStreaming)
    {
        await using var host = await StartAsync(Price, ModelReply.Fail(400, "bad", "no"));
        var key = await host.MintAsync(15, "test.*");

        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(host.Root.WithAgentKey(key.Secret), isStreaming));

        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Theory]
    [InlineData(FailureOutcome.Keep, 15)]
    [InlineData(FailureOutcome.Refund, 0)]
    public async Task A_reader_that_breaks_off_has_cancelled_also_when_the_stream_does_not_close(FailureOutcome onCancellation, int cents)
    {
        var policy = new ToolPolicy("test.prompt", "test.prompt", ToolPrice.UpTo(Cost.FromCents(15))) { OnCancellation = onCancellation };
        await using var host = await KernelHost.StartAsync(
            Connector.ChatCompletion,
            _ => ModelReply.Say("unused"),
            builder =>
            {
                builder.AddAgentKeys(options => options.PromptPolicy = _ => policy);
                builder.Services.AddSingleton<IChatCompletionService>(new UnclosableChat());
            });
        var key = await host.MintAsync(15, "test.*");
        var stream = host.Root.WithAgentKey(key.Secret).InvokePromptStreamingAsync<StreamingChatMessageContent>("hi", cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(async () => Assert.Equal("hello", (await stream.FirstAsync(TestContext.Current.CancellationToken)).Content));

        Assert.Equal(Cost.FromCents(cents), await host.SpentAsync(key));
        Assert.Equal(cents == 0 ? LedgerEntryKind.Void : LedgerEntryKind.Settle, (await host.LedgerAsync(key))[^1].Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_cannot_be_opened_gives_its_price_back(bool isHeld)
    {
        var price = Cost.FromCents(15);
        var policy = new ToolPolicy("test.prompt", "test.prompt", isHeld ? ToolPrice.UpTo(price) : ToolPrice.Fixed(price));
        await using var host = await KernelHost.StartAsync(
            Connector.ChatCompletion,
            _ => ModelReply.Say("unused"),
            builder =>
            {
                builder.AddAgentKeys(options => options.PromptPolicy = _ => policy);
                builder.Services.AddSingleton<IFunctionInvocationFilter>(new CannedFilter(new UnopenableStream()));
            });
        var key = await host.MintAsync(15, "test.*");

        await Assert.ThrowsAsync<IOException>(() => AskAsync(host.Root.WithAgentKey(key.Secret), isStreaming: true));

        Assert.Equal(
            [isHeld ? LedgerEntryKind.Hold : LedgerEntryKind.Charge, LedgerEntryKind.Void],
            (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task A_stream_that_is_read_twice_asks_the_model_twice_and_is_paid_twice()
    {
        await using var host = await StartAsync(Price);
        var key = await host.MintAsync(45, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        kernel.FunctionInvocationFilters.Insert(0, new LoggingFilter());

        var answer = await AskAsync(kernel, isStreaming: true);
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => AskAsync(kernel, isStreaming: true));

        Assert.Equal("hello there", answer);
        Assert.Equal("budget_exhausted", denied.Denial.Code);
        Assert.Equal(3, host.ModelCalls);
        Assert.Equal(Cost.FromCents(45), await host.SpentAsync(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_filter_that_gives_no_stream_where_one_was_asked_for_has_failed(bool isHeld)
    {
        var policy = new ToolPolicy("test.prompt", "test.prompt", isHeld ? ToolPrice.UpTo(Cost.FromCents(15)) : ToolPrice.Fixed(Cost.FromCents(15)));
        await using var host = await StartAsync(policy);
        var key = await host.MintAsync(15, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        kernel.FunctionInvocationFilters.Add(new CannedFilter("a text"));

        var failure = await Record.ExceptionAsync(() => AskAsync(kernel, isStreaming: true));

        Assert.Contains("stream", Assert.IsType<InvalidOperationException>(failure).Message, StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, await host.SpentAsync(key));
    }

    private static Task<KernelHost> StartAsync(ToolPolicy? policy, ModelReply? reply = null) => KernelHost.StartAsync(
        Connector.ChatCompletion,
        _ => reply ?? ModelReply.Say("hello there"),
        builder => builder.AddAgentKeys(options => options.PromptPolicy = _ => policy));

    private static async Task<string> AskAsync(Kernel kernel, bool isStreaming)
    {
        var token = TestContext.Current.CancellationToken;
        return isStreaming
            ? string.Concat(await kernel.InvokePromptStreamingAsync<string>("hi", cancellationToken: token).ToListAsync(token))
            : (await kernel.InvokePromptAsync("hi", cancellationToken: token)).ToString();
    }

    /// <summary>A filter of an application that answers in the function's place.</summary>
    private sealed class CannedFilter(object answer) : IFunctionInvocationFilter
    {
        public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
        {
            context.Result = new FunctionResult(context.Result, answer);
            return Task.CompletedTask;
        }
    }

    /// <summary>A filter of an application that reads an answer before it hands it on.</summary>
    private sealed class LoggingFilter : IFunctionInvocationFilter
    {
        public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
        {
            await next(context);
            Assert.Equal("hello there", string.Concat(await context.Result.GetValue<IAsyncEnumerable<string>>()!.ToListAsync()));
        }
    }

    /// <summary>A stream that fails before its first piece.</summary>
    private sealed class UnopenableStream : IAsyncEnumerable<string>
    {
        public IAsyncEnumerator<string> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            throw new IOException("The connection was refused.");
    }

    /// <summary>A connection that is lost when it is closed.</summary>
    private sealed class UnclosableChat : IChatCompletionService
    {
        public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

        public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
            ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
            ChatHistory chatHistory,
            PromptExecutionSettings? executionSettings = null,
            Kernel? kernel = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                yield return new StreamingChatMessageContent(AuthorRole.Assistant, "hello");
                await Task.Yield();
                yield return new StreamingChatMessageContent(AuthorRole.Assistant, " there");
            }
            finally
            {
                Throw();
            }
        }

        private static void Throw() => throw new IOException("The connection was lost.");
    }
}
