using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Models that ask for tools again and again, whatever they are told.</summary>
public sealed class StubbornModelTests
{
    private static readonly PromptExecutionSettings Auto = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };

    private static readonly PromptExecutionSettings AutoAtOnce = new()
    {
        FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(options: new() { AllowConcurrentInvocation = true }),
    };

    public static TheoryData<string, bool, bool> Ways => new()
    {
        { Connector.ChatCompletion.Name, false, false },
        { Connector.ChatCompletion.Name, false, true },
        { Connector.ChatCompletion.Name, true, false },
        { Connector.ChatClient.Name, false, false },
        { Connector.ChatClient.Name, true, false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_model_that_does_not_listen_is_asked_twice_and_every_call_got_its_answer(string name, bool isStreaming, bool isAtOnce)
    {
        var (host, key) = await StartAsync(Connector.Of(name), cents: 14, _ => true);
        await using var _ = host;

        await AskAsync(host.Root.WithAgentKey(key.Secret), isStreaming, isAtOnce ? AutoAtOnce : Auto);

        Assert.Equal(2, host.ModelCalls);
        Assert.Equal(0, host.Bodies);
        var second = host.Model.Requests.Last();
        Assert.Equal(
            second.Messages.SelectMany(message => message.ToolCalls).Select(call => call.Id),
            second.Messages.Where(message => message.Role == "tool").Select(message => message.ToolCallId));
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task A_model_whose_calls_are_partly_paid_goes_on_until_two_rounds_are_refused(string name)
    {
        // Three rounds of two calls have money for five of them: the third is partly refused, the fourth and fifth wholly.
        var (host, key) = await StartAsync(Connector.Of(name), cents: 75, _ => true);
        await using var _ = host;

        await AskAsync(host.Root.WithAgentKey(key.Secret), isStreaming: false, Auto);

        Assert.Equal(5, host.Bodies);
        Assert.Equal(5, host.ModelCalls);
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task A_model_that_is_refused_by_the_guard_of_an_ai_function_is_asked_twice(string name)
    {
        var work = Connector.Of(name).ToolName("remote", "work");
        await using var host = await KernelHost.StartAsync(Connector.Of(name), request => request.Round < 6
            ? ModelReply.Call(new ModelToolCall($"call_{request.Round}", work))
            : ModelReply.Say("that is it"));
        var kernel = host.Root.WithAgentKey((await host.MintAsync(14, "test.*")).Secret);
        var prices = new Dictionary<string, ToolPolicy> { ["work"] = new("work", "test.work", Cost.FromCents(15)) };
        kernel.Plugins.AddAgentPlugin(
            "remote", new[] { AIFunctionFactory.Create(() => "done", "work") }.WithAgentKey(host.Guard, prices), host.Guard, prices);

        var ended = await kernel.InvokePromptAsync("go", new(Auto), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, host.ModelCalls);
        Assert.Equal("budget_exhausted", ended.FindDenial()?.Code);
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task Each_question_on_one_history_is_counted_for_itself(string name)
    {
        var (host, key) = await StartAsync(Connector.Of(name), cents: 14, request => request.Last.Role == "user");
        await using var _ = host;
        var kernel = host.Root.WithAgentKey(key.Secret);
        var chat = name == Connector.ChatClient.Name
            ? kernel.GetRequiredService<IChatClient>().AsChatCompletionService()
            : kernel.GetRequiredService<IChatCompletionService>();
        var history = new ChatHistory();

        for (var question = 1; question <= 3; question++)
        {
            history.AddUserMessage("go");
            var answer = await chat.GetChatMessageContentAsync(history, Auto, kernel, TestContext.Current.CancellationToken);
            history.Add(answer);
            Assert.Equal("that is it", answer.Content);
            Assert.Equal(2 * question, host.ModelCalls);
        }
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task Code_can_tell_an_answer_from_a_loop_that_was_ended(string name)
    {
        var (host, key) = await StartAsync(Connector.Of(name), cents: 14, request => request.Messages[0].Text == "go on");
        await using var _ = host;
        var kernel = host.Root.WithAgentKey(key.Secret);

        var ended = await kernel.InvokePromptAsync("go on", new(Auto), cancellationToken: TestContext.Current.CancellationToken);
        var answered = await kernel.InvokePromptAsync("stop", new(Auto), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("budget_exhausted", ended.FindDenial()?.Code);
        Assert.Null(answered.FindDenial());
    }

    [Fact]
    public void A_loop_that_may_have_no_round_is_refused() =>
        Assert.Equal("maxRefusedRounds", Assert.Throws<InvalidFieldException>(() => new AgentKeysKernelOptions { MaxRefusedRounds = 0 }).Field);

    private static async Task<(KernelHost Host, CreatedKey Key)> StartAsync(Connector connector, int cents, Func<ModelRequest, bool> asksForTools)
    {
        var work = connector.ToolName("CountedTools", "work");
        var host = await KernelHost.StartAsync(connector, request => asksForTools(request)
            ? ModelReply.Call(new ModelToolCall($"call_{request.Round}_a", work), new ModelToolCall($"call_{request.Round}_b", work))
            : ModelReply.Say("that is it"));
        return (host, await host.MintAsync(cents, "test.*"));
    }

    private static async Task AskAsync(Kernel kernel, bool isStreaming, PromptExecutionSettings settings)
    {
        var token = TestContext.Current.CancellationToken;
        if (isStreaming)
        {
            await kernel.InvokePromptStreamingAsync("go", new(settings), cancellationToken: token).ToListAsync(token);
        }
        else
        {
            await kernel.InvokePromptAsync("go", new(settings), cancellationToken: token);
        }
    }
}
