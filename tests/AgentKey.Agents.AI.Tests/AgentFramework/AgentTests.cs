using System.Runtime.CompilerServices;
using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Agents.AI.Tests.Tools;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Agents.AI.Tests.AgentFramework;

public sealed class AgentTests
{
    private static readonly ToolPolicy Policy = new("step", "tools.step", Cost.FromCents(15));

    private static readonly bool[] Either = [true, false];

    private readonly CallCount _runs = new();

    public enum Place
    {
        Agent,
        Run,
        Loop,
        ClientOfTheRun,
    }

    /// <summary>Every place, guarded and not, streaming and not.</summary>
    public static TheoryData<Place, bool, bool> Places => new(
        from place in Enum.GetValues<Place>() from isGuarded in Either from streams in Either select (place, isGuarded, streams));

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Finding3_A_tool_is_charged_when_it_is_guarded_and_refused_when_not_wherever_it_comes_from(Place place, bool isGuarded, bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        var tool = isGuarded ? Step().WithAgentKey(folder.Guard, Policy) : Step();
        var (agent, options) = AgentWith(server, tool, place);
        var keyed = agent.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        Assert.Equal("done", await RunAsync(keyed, options, streams));

        Assert.Equal(isGuarded ? (1, 15) : (0, 0), (_runs.Value, await folder.SpentCentsAsync(key)));
        Assert.Equal(!isGuarded, server.Requests.Last().Last.Text.Contains("unguarded_tool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finding15_Tools_and_tokens_of_every_round_are_paid_by_the_key_of_the_agent_also_across_yields(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (own, other) = (await folder.MintAsync(1000), await folder.MintAsync(1000));
        await using var server = await ScriptedModelServer.StartAsync(request => request.Round < 3
            ? ModelReply.Call(new ModelToolCall($"call_{request.Round}", "step")) with { Text = "I take a step. ", Usage = new ModelUsage(10, 5) }
            : ModelReply.Say("done") with { Usage = new ModelUsage(10, 5) });
        using var client = Metered.Client(server, folder, caller: null);
        var agent = client.AsAIAgent(tools: [Step().WithAgentKey(folder.Guard, Policy)])
            .AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(own)).Build();

        using (CallerScope.Bind(folder.CallerOf(other)))
        {
            Assert.EndsWith("done", await RunAsync(agent, null, streams), StringComparison.Ordinal);
        }

        Assert.Equal((4 * 20) + (3 * 15), await folder.SpentCentsAsync(own));
        Assert.Equal(0, await folder.SpentCentsAsync(other));
        Assert.Equal((4, 3), (server.Requests.Count, _runs.Value));
    }

    [Fact]
    public async Task A_stream_is_opened_and_closed_for_the_key_of_the_agent_too()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (own, other) = (folder.CallerOf(await folder.MintAsync(1000)), folder.CallerOf(await folder.MintAsync(1000)));
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three"));
        var callers = new List<Caller?>();
        var agent = OpenAIClients.For(server).AsAIAgent().AsBuilder().UseAgentKey(folder.Keys, own).Use(null, Watch).Build();

        using (CallerScope.Bind(other))
        {
            await foreach (var update in agent.RunStreamingAsync("go"))
            {
                Assert.Same(other, CallerScope.Current);
                break;
            }
        }

        Assert.Equal([own, own, own], callers);

        IAsyncEnumerable<AgentResponseUpdate> Watch(
            IEnumerable<ChatMessage> messages, AgentSession? session, AgentRunOptions? options, AIAgent inner, CancellationToken cancellationToken)
        {
            callers.Add(CallerScope.Current);
            return ReadAsync(inner.RunStreamingAsync(messages, session, options, cancellationToken));
        }

        async IAsyncEnumerable<AgentResponseUpdate> ReadAsync(IAsyncEnumerable<AgentResponseUpdate> updates)
        {
            callers.Add(CallerScope.Current);
            try
            {
                await foreach (var update in updates)
                {
                    yield return update;
                }
            }
            finally
            {
                callers.Add(CallerScope.Current);
            }
        }
    }

    [Fact]
    public async Task A_generated_tool_that_is_denied_is_read_by_the_model_and_not_thrown()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(10);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "Search", """{"query":"x"}""")));
        using var client = OpenAIClients.For(server);
        var agent = client.AsAIAgent(tools: [AIFunctionFactory.Create(new GuardedSearchTools(new SearchTools(_runs), folder.Guard).Search)])
            .AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        Assert.Equal("done", await RunAsync(agent, null, streams: false));

        Assert.Contains("budget_exhausted", server.Requests.Last().Last.Text, StringComparison.Ordinal);
        Assert.Equal((2, 0), (server.Requests.Count, _runs.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exhausted_token_budget_ends_the_run_with_one_typed_exception(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = Metered.Client(server, folder, caller: null);
        var agent = client.AsAIAgent().AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        await Assert.ThrowsAsync<ModelCallDeniedException>(() => RunAsync(agent, null, streams));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Agents_that_share_a_loop_pay_each_on_its_own_and_one_without_a_key_runs_as_before()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (one, two) = (await folder.MintAsync(100), await folder.MintAsync(100));
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        using var loop = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().Build();
        var free = loop.AsAIAgent(tools: [Step()]);
        var guarded = loop.AsAIAgent(tools: [Step().WithAgentKey(folder.Guard, Policy)]);
        var first = guarded.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(one)).Build();
        var second = guarded.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(two)).Build();

        await Task.WhenAll(first.RunAsync("go"), second.RunAsync("go"), second.RunAsync("go"), free.RunAsync("go"));

        Assert.Equal((15, 30), (await folder.SpentCentsAsync(one), await folder.SpentCentsAsync(two)));
        Assert.Equal(4, _runs.Value);
    }

    [Fact]
    public async Task An_agent_without_a_key_that_streams_from_a_shared_loop_runs_as_before()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(request => request.Round < 2
            ? ModelReply.Call(new ModelToolCall($"call_{request.Round}", "step")) with { Text = "I take a step. " }
            : ModelReply.Say("done"));
        using var loop = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().Build();
        var free = loop.AsAIAgent(tools: [Step()]);
        _ = loop.AsAIAgent().AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        Assert.EndsWith("done", await RunAsync(free, null, streams: true), StringComparison.Ordinal);

        Assert.Equal(2, _runs.Value);
    }

    public static TheoryData<bool, bool> LostFlows => new(from isClient in Either from streams in Either select (isClient, streams));

    // Nobody is bound then, as for an agent without a key.
    [Theory]
    [MemberData(nameof(LostFlows))]
    public async Task A_raw_tool_does_not_run_where_something_between_the_key_and_the_loop_works_in_a_flow_of_its_own(bool isClient, bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        var loop = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().Build();
        using var client = isClient ? new FlowlessClient(loop) : loop;
        var builder = client.AsAIAgent(tools: [Step()]).AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key));
        var keyed = (isClient ? builder : builder.Use(inner => new FlowlessAgent(inner))).Build();

        Assert.Equal("done", await RunAsync(keyed, null, streams));

        Assert.Equal(0, _runs.Value);
        Assert.Contains("unguarded_tool", server.Requests.Last().Last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raw_tool_does_not_run_where_an_agent_that_was_given_a_key_is_called_past_it()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        var agent = OpenAIClients.For(server).AsAIAgent(tools: [Step()]);
        _ = agent.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        Assert.Equal("done", await RunAsync(agent, null, streams: false));

        Assert.Equal(0, _runs.Value);
    }

    [Fact]
    public async Task Registered_twice_an_agent_charges_once_and_never_runs_on_two_keys()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (key, other) = (await folder.MintAsync(100), await folder.MintAsync(100));
        var caller = folder.CallerOf(key);
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        var agent = OpenAIClients.For(server).AsAIAgent(tools: [Step().WithAgentKey(folder.Guard, Policy)])
            .AsBuilder().UseAgentKey(folder.Keys, caller).UseAgentKey(folder.Keys, caller).Build();

        await agent.RunAsync("go");

        Assert.Equal(15, await folder.SpentCentsAsync(key));
        Assert.Same(caller, agent.GetService<AgentKeyBinding>()!.Caller);
        Assert.Throws<InvalidOperationException>(() => agent.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(other)).Build());
    }

    [Fact]
    public async Task Of_two_tool_loops_one_around_the_other_neither_runs_what_nothing_guards()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var agent = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().UseLogging().UseFunctionInvocation().Build(services)
            .AsAIAgent(tools: [Step()]).AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        Assert.Equal("done", await RunAsync(agent, null, streams: false));

        Assert.Equal(0, _runs.Value);
        Assert.Contains("unguarded_tool", server.Requests.Last().Last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_loop_of_another_class_may_never_ask_the_gate_so_it_is_refused_also_when_a_run_brings_it_along()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var caller = folder.CallerOf(await folder.MintAsync(100));
        await using var server = await ScriptedModelServer.StartAsync(OneStep);
        var agent = OpenAIClients.For(server).AsAIAgent().AsBuilder().UseAgentKey(folder.Keys, caller).Build();
        var options = new ChatClientAgentRunOptions(new ChatOptions { Tools = [Step()] }) { ChatClientFactory = _ => Hasty() };

        Assert.Throws<InvalidOperationException>(() => Hasty().AsAIAgent(tools: [Step()]).AsBuilder().UseAgentKey(folder.Keys, caller).Build());
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(agent, options, streams: false));

        Assert.Equal((0, 0), (_runs.Value, server.Requests.Count));

        IChatClient Hasty() => new HastyLoop(OpenAIClients.For(server));
    }

    [Fact]
    public async Task An_agent_that_runs_no_functions_takes_a_key_without_a_tool_loop()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(10, 5) });
        using var client = Metered.Client(server, folder, caller: null);
        var agent = new ChatClientAgent(client, new ChatClientAgentOptions { UseProvidedChatClientAsIs = true })
            .AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

        await agent.RunAsync("go");

        Assert.Equal(20, await folder.SpentCentsAsync(key));
    }

    private static ModelReply OneStep(ModelRequest request) =>
        request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "step"));

    private static async Task<string> RunAsync(AIAgent agent, AgentRunOptions? options, bool streams) => streams
        ? string.Concat((await agent.RunStreamingAsync("go", options: options).ToListAsync()).Select(update => update.Text))
        : (await agent.RunAsync("go", options: options)).Text;

    private static (AIAgent Agent, AgentRunOptions? Options) AgentWith(ScriptedModelServer server, AITool tool, Place place)
    {
        var client = OpenAIClients.For(server);
        return place switch
        {
            Place.Agent => (client.AsAIAgent(tools: [tool]), null),
            Place.Run => (client.AsAIAgent(), new ChatClientAgentRunOptions(new ChatOptions { Tools = [tool] })),
            Place.Loop => (client.AsBuilder().UseFunctionInvocation(configure: loop => loop.AdditionalTools = [tool]).Build().AsAIAgent(), null),
            _ => (client.AsAIAgent(), new ChatClientAgentRunOptions(new ChatOptions())
            {
                ChatClientFactory = _ => client.AsBuilder().UseFunctionInvocation(configure: loop => loop.AdditionalTools = [tool]).Build(),
            }),
        };
    }

    private AIFunction Step() => AIFunctionFactory.Create(_runs.Add, "step");

    private static Task<T> Flowless<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }

    /// <summary>Works where nothing of its caller's flow is known, as a queue or a pool of workers does.</summary>
    private sealed class FlowlessAgent(AIAgent agent) : DelegatingAIAgent(agent)
    {
        protected override Task<AgentResponse> RunCoreAsync(
            IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default) =>
            Flowless(() => InnerAgent.RunAsync(messages, session, options, cancellationToken));

        protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
            IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in await Flowless(() => InnerAgent.RunStreamingAsync(messages, session, options, cancellationToken).ToListAsync(cancellationToken).AsTask()))
            {
                yield return update;
            }
        }
    }

    /// <summary>The same, below the agent.</summary>
    private sealed class FlowlessClient(IChatClient client) : DelegatingChatClient(client)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Flowless(() => base.GetResponseAsync(messages, options, cancellationToken));

        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in await Flowless(() => base.GetStreamingResponseAsync(messages, options, cancellationToken).ToListAsync(cancellationToken).AsTask()))
            {
                yield return update;
            }
        }
    }

    /// <summary>A tool loop that runs functions in a way of its own.</summary>
    private sealed class HastyLoop(IChatClient client) : FunctionInvokingChatClient(client)
    {
        protected override ValueTask<object?> InvokeFunctionAsync(FunctionInvocationContext context, CancellationToken cancellationToken) =>
            context.Function.InvokeAsync(context.Arguments, cancellationToken);
    }
}
