using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>The kernel's key pays for its model's tokens: 1 cent for one that is read, 2 for one that is written.</summary>
public sealed class MeteringTests
{
    private static readonly PromptExecutionSettings Auto = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };

    public static TheoryData<bool, bool> Ways => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_model_call_of_a_tool_loop_is_settled_at_what_the_provider_says(bool isPrompt, bool isStreaming)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, CallOnce);
        var key = await host.MintAsync(10_000, "test.*", "model.chat");

        var answer = await AskAsync(host.Root.WithAgentKey(key.Secret), isPrompt, isStreaming);

        Assert.Equal("that is it", answer);
        Assert.Equal(Cost.FromCents(10 + (2 * 5) + 15 + 20 + (2 * 7)), await host.SpentAsync(key));
        Assert.Equal(2, (await host.LedgerAsync(key)).Count(entry => entry.Kind == LedgerEntryKind.Settle && entry.Tool == "scripted"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_call_that_cannot_be_paid_is_not_made_and_code_is_told_at_once(bool isPrompt, bool isStreaming)
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, CallOnce);
        var key = await host.MintAsync(1, "test.*", "model.chat");

        var poor = await Assert.ThrowsAsync<ModelCallDeniedException>(() => AskAsync(host.Root.WithAgentKey(key.Secret), isPrompt, isStreaming));
        var nobody = await Assert.ThrowsAsync<ModelCallDeniedException>(() => AskAsync(host.Root, isPrompt, isStreaming));

        Assert.Equal(("budget_exhausted", "no_caller"), (poor.Denial.Code, nobody.Denial.Code));
        Assert.Equal(0, host.ModelCalls);
        Assert.Equal(Cost.Zero, await host.SpentAsync(key));
    }

    [Fact]
    public async Task Money_that_runs_out_inside_a_tool_loop_ends_it_at_once()
    {
        // The script asks for tools for ever, and each round is longer than the one before.
        await using var host = await KernelHost.StartAsync(Connector.Metered, request => ModelReply.Call(new ModelToolCall($"call_{request.Round}", "CountedTools_whoami")));
        var key = await host.MintAsync(300, "test.*", "model.chat");

        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => AskAsync(host.Root.WithAgentKey(key.Secret), isPrompt: true, isStreaming: false));

        Assert.Equal("budget_exhausted", denied.Denial.Code);
        Assert.InRange(host.ModelCalls, 2, 20);
        Assert.Equal(host.ModelCalls, host.Bodies);
        Assert.True(await host.SpentAsync(key) <= Cost.FromCents(300));
        Assert.Empty(await host.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_worker_whose_model_is_not_paid_for_is_a_refusal_that_the_supervisors_model_reads()
    {
        await using var host = await KernelHost.StartAsync(Connector.Metered, request => request.Messages[0].Text == "work"
            ? ModelReply.Say("never")
            : CallTool(request, "team_delegate"));
        var (supervisor, worker) = (await host.MintAsync(10_000, "test.*", "model.chat"), await host.MintAsync(1, "model.chat"));
        var workersKernel = host.Root.WithAgentKey(worker.Secret);
        var kernel = host.Root.WithAgentKey(supervisor.Secret);
        kernel.Plugins.AddFromFunctions(
            "team",
            [
                KernelFunctionFactory.CreateFromMethod(async () => (await workersKernel.InvokePromptAsync("work")).ToString(), "delegate")
                    .WithAgentKey(host.Guard, new ToolPolicy("team.delegate", "test.delegate", Cost.FromCents(15))),
            ]);

        await AskAsync(kernel, isPrompt: true, isStreaming: false);

        Assert.Equal(2, host.ModelCalls);
        Assert.Contains("budget_exhausted", host.Model.Requests.Last().Last.Text, StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, await host.SpentAsync(worker));
        Assert.Contains(await host.LedgerAsync(supervisor), entry => entry.Kind == LedgerEntryKind.Void && entry.Tool == "team.delegate");
    }

    [Fact]
    public async Task A_chat_completion_service_is_refused_without_money_and_settled_by_estimate()
    {
        await using var host = await KernelHost.StartAsync(Connector.MeteredChatCompletion, CallOnce);
        var (rich, poor) = (await host.MintAsync(10_000, "test.*", "model.chat"), await host.MintAsync(1, "model.chat"));

        var answer = await AskAsync(host.Root.WithAgentKey(rich.Secret), isPrompt: true, isStreaming: false);
        await Assert.ThrowsAsync<ModelCallDeniedException>(() => AskAsync(host.Root.WithAgentKey(poor.Secret), isPrompt: true, isStreaming: false));

        Assert.Equal("that is it", answer);
        Assert.Equal(2, host.ModelCalls);
        Assert.Equal(2, (await host.LedgerAsync(rich)).Count(entry => entry.Kind == LedgerEntryKind.Settle && entry.Amount > Cost.Zero));
        Assert.Equal(1, host.Bodies);
    }

    private static ModelReply CallOnce(ModelRequest request) => CallTool(request, "CountedTools_work");

    private static ModelReply CallTool(ModelRequest request, string tool) => request.Last.Role == "tool"
        ? ModelReply.Say("that is it") with { Usage = new ModelUsage(20, 7) }
        : ModelReply.Call(new ModelToolCall("call_1", tool)) with { Usage = new ModelUsage(10, 5) };

    private static async Task<string> AskAsync(Kernel kernel, bool isPrompt, bool isStreaming)
    {
        var token = TestContext.Current.CancellationToken;
        var chat = kernel.GetRequiredService<IChatCompletionService>();
        return (isPrompt, isStreaming) switch
        {
            (true, true) => string.Concat(await kernel.InvokePromptStreamingAsync<string>("go", new(Auto), cancellationToken: token).ToListAsync(token)),
            (true, false) => (await kernel.InvokePromptAsync("go", new(Auto), cancellationToken: token)).ToString(),
            (false, true) => string.Concat(await chat.GetStreamingChatMessageContentsAsync(new ChatHistory("go"), Auto, kernel, token).ToListAsync(token)),
            _ => (await chat.GetChatMessageContentAsync(new ChatHistory("go"), Auto, kernel, token)).Content!,
        };
    }
}
