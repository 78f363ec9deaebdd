using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Agents.AI.Tests.Tools;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.Agents.AI;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.AgentFramework;

/// <summary>Agents below agents: on child keys, as tools, and in workflows.</summary>
public sealed class DelegationTests
{
    [Fact]
    public async Task A_worker_spends_what_its_supervisor_carved_for_it_and_gives_back_the_rest()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(10, 5) });
        using var client = Metered.Client(server, folder, caller: null);
        var supervisor = Keyed(client.AsAIAgent(), folder, key);

        var worker = await supervisor.DelegateAsync(client.AsAIAgent(), Share(100));
        var child = worker.GetService<AgentKeyBinding>()!.DelegatedKey!;
        Assert.Equal((key.Key.Id, 100m), (child.ParentId, await folder.SpentCentsAsync(key)));
        await worker.RunAsync("go");
        await supervisor.RunAsync("go");
        Assert.Equal((20m, 120m), ((await folder.ReadAsync(child.Id)).Spent.Cents, await folder.SpentCentsAsync(key)));

        await folder.Keys.RevokeAsync(child.Id);

        Assert.Equal(40, await folder.SpentCentsAsync(key));
        await Assert.ThrowsAsync<ModelCallDeniedException>(() => worker.RunAsync("go"));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task A_runaway_worker_that_is_a_tool_is_stopped_and_its_supervisor_reads_why_and_goes_on()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        var runs = new CallCount();
        await using var server = await ScriptedModelServer.StartAsync(request => request.Tools switch
        {
            ["worker"] when request.Last.Role == "tool" => ModelReply.Say("I go on without it.") with { Usage = new ModelUsage(10, 5) },
            ["worker"] => ModelReply.Call(new ModelToolCall("call_1", "worker", """{"query":"work"}""")) with { Usage = new ModelUsage(10, 5) },
            _ => ModelReply.Call(new ModelToolCall($"call_{request.Round}", "step")) with { Usage = new ModelUsage(10, 5) },
        });
        using var client = Metered.Client(server, folder, caller: null);
        var bare = Keyed(client.AsAIAgent(), folder, key);
        var step = AIFunctionFactory.Create(runs.Add, "step").WithAgentKey(folder.Guard, new ToolPolicy("step", "tools.step", Cost.FromCents(15)));
        var worker = await bare.DelegateAsync(client.AsAIAgent(name: "worker", tools: [step]), Share(200));
        var asTool = worker.AsAIFunction().WithAgentKey(folder.Guard, new ToolPolicy("worker", "tools.worker", Cost.FromCents(1)));
        var supervisor = Keyed(client.AsAIAgent(tools: [asTool]), folder, key);

        var answer = await supervisor.RunAsync("go");

        Assert.Equal("I go on without it.", answer.Text);
        Assert.Contains("budget_exhausted", server.Requests.Last().Last.Text, StringComparison.Ordinal);
        var child = await folder.ReadAsync(worker.GetService<AgentKeyBinding>()!.DelegatedKey!.Id);
        Assert.Equal((4, 4 * (20 + 15)), (runs.Value, child.Spent.Cents));
        // The worker's share, and two model calls of its own. The worker failed, so the price of asking it went back.
        Assert.Equal(200 + (2 * 20), await folder.SpentCentsAsync(key));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task An_agent_as_a_tool_that_nobody_priced_is_refused()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "worker", """{"query":"work"}""")));
        using var client = OpenAIClients.For(server);
        var supervisor = Keyed(client.AsAIAgent(tools: [client.AsAIAgent(name: "worker").AsAIFunction()]), folder, key);

        await supervisor.RunAsync("go");

        Assert.Equal(2, server.Requests.Count);
        Assert.Contains("unguarded_tool", server.Requests.Last().Last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_the_supervisor_has_cannot_be_delegated_and_nobody_is_bound_twice()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100, "tools.*");
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = OpenAIClients.For(server);
        var supervisor = Keyed(client.AsAIAgent(), folder, key);

        Assert.Equal("budget", (await Assert.ThrowsAsync<InvalidFieldException>(() => supervisor.DelegateAsync(client.AsAIAgent(), Share(101) with { Scopes = ScopeSet.Of("tools.step") }))).Field);
        Assert.Equal("scopes", (await Assert.ThrowsAsync<InvalidFieldException>(() => supervisor.DelegateAsync(client.AsAIAgent(), Share(1)))).Field);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.AsAIAgent().DelegateAsync(client.AsAIAgent(), Share(1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => supervisor.DelegateAsync(supervisor, Share(1)));
        Assert.Single(await folder.Keys.ListAsync());
        Assert.Equal(0, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task In_a_workflow_of_8_agents_with_4_parallel_calls_each_runs_exactly_what_its_own_key_pays()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(8 * 150);
        await using var server = await ScriptedModelServer.StartAsync(request => request.Round < 4
            ? ModelReply.Call([.. Enumerable.Range(0, 4).Select(i => new ModelToolCall($"call_{request.Round}_{i}", "step"))])
            : ModelReply.Say("done"));
        using var loop = OpenAIClients.For(server).AsBuilder()
            .UseFunctionInvocation(configure: client => client.AllowConcurrentInvocation = true).Build();
        var supervisor = Keyed(loop.AsAIAgent(), folder, key);
        var workers = new List<(AIAgent Agent, CallCount Runs)>();
        for (var i = 0; i < 8; i++)
        {
            var runs = new CallCount();
            var step = AIFunctionFactory.Create(runs.Add, "step").WithAgentKey(folder.Guard, new ToolPolicy("step", "tools.step", Cost.FromCents(15)));
            workers.Add((await supervisor.DelegateAsync(loop.AsAIAgent(name: $"worker_{i}", tools: [step]), Share(150)), runs));
        }

        await RunAsync(AgentWorkflowBuilder.BuildConcurrent(workers.Select(worker => worker.Agent)));

        Assert.All(workers, worker => Assert.Equal(10, worker.Runs.Value));
        foreach (var (agent, _) in workers)
        {
            Assert.Equal(150, (await folder.ReadAsync(agent.GetService<AgentKeyBinding>()!.DelegatedKey!.Id)).Spent.Cents);
        }

        Assert.Equal(8 * 150, await folder.SpentCentsAsync(key));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task In_a_sequence_each_agent_pays_for_its_own_part()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (one, two) = (await folder.MintAsync(100), await folder.MintAsync(100));
        await using var server = await ScriptedModelServer.StartAsync(request => ModelReply.Say("x") with { Usage = new ModelUsage(request.Messages.Count, 1) });
        using var client = Metered.Client(server, folder, caller: null);

        await RunAsync(AgentWorkflowBuilder.BuildSequential(Keyed(client.AsAIAgent(name: "one"), folder, one), Keyed(client.AsAIAgent(name: "two"), folder, two)));

        Assert.Equal([1, 2], server.Requests.Select(request => request.Messages.Count));
        Assert.Equal((3, 4), (await folder.SpentCentsAsync(one), await folder.SpentCentsAsync(two)));
    }

    [Fact]
    public async Task In_a_group_chat_each_agent_pays_for_its_own_turns()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (one, two) = (await folder.MintAsync(100), await folder.MintAsync(100));
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        using var client = Metered.Client(server, folder, caller: null);

        await RunAsync(AgentWorkflowBuilder
            .CreateGroupChatBuilderWith(agents => new RoundRobinGroupChatManager(agents) { MaximumIterationCount = 3 })
            .AddParticipants(Keyed(client.AsAIAgent(name: "one"), folder, one), Keyed(client.AsAIAgent(name: "two"), folder, two))
            .Build());

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal((2 * 3, 3), (await folder.SpentCentsAsync(one), await folder.SpentCentsAsync(two)));
    }

    [Fact]
    public async Task An_agent_that_hands_over_pays_until_then_and_the_other_from_then_on()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (desk, expert) = (await folder.MintAsync(1_000), await folder.MintAsync(1_000));
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Tools.FirstOrDefault(name => name.StartsWith("handoff", StringComparison.Ordinal)) is { } handOver
                ? ModelReply.Call(new ModelToolCall("call_1", handOver)) with { Usage = new ModelUsage(1, 1) }
                : ModelReply.Say("x") with { Usage = new ModelUsage(5, 5) });
        using var client = Metered.Client(server, folder, caller: null);
        var first = Keyed(client.AsAIAgent(name: "desk"), folder, desk);
        var second = Keyed(client.AsAIAgent(name: "expert", description: "Knows."), folder, expert);

        await RunAsync(AgentWorkflowBuilder.CreateHandoffBuilderWith(first).WithHandoffs(first, [second]).Build());

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal((3, 15), (await folder.SpentCentsAsync(desk), await folder.SpentCentsAsync(expert)));
    }

    [Fact]
    public async Task An_agent_of_several_agents_takes_no_key_because_the_tools_of_its_members_stay_open()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1_000);
        var runs = new CallCount();
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "step")));
        using var client = OpenAIClients.For(server);
        var team = AgentWorkflowBuilder.BuildSequential(client.AsAIAgent(name: "one", tools: [AIFunctionFactory.Create(runs.Add, "step")])).AsAIAgent();
        var supervisor = Keyed(client.AsAIAgent(), folder, key);

        var refused = await Record.ExceptionAsync(() => Keyed(team, folder, key).RunAsync("go"));
        var delegated = await Record.ExceptionAsync(() => supervisor.DelegateAsync(team, Share(100)));

        Assert.Equal(0, runs.Value);
        Assert.Contains("each member", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(delegated);
        Assert.Single(await folder.Keys.ListAsync());
        Assert.Equal(0, await folder.SpentCentsAsync(key));
    }

    private static AIAgent Keyed(AIAgent agent, KeyFolder folder, CreatedKey key) =>
        agent.AsBuilder().UseAgentKey(folder.Keys, folder.CallerOf(key)).Build();

    private static Delegation Share(decimal cents) => new()
    {
        Name = "worker",
        Scopes = ScopeSet.Of("tools.*", "model.*"),
        Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once),
    };

    private static async Task RunAsync(Workflow workflow)
    {
        await using var run = await InProcessExecution.RunStreamingAsync(workflow, new List<ChatMessage> { new(ChatRole.User, "go") });
        Assert.True(await run.TrySendMessageAsync(new TurnToken(emitEvents: true)));
        await foreach (var happened in run.WatchStreamAsync())
        {
            if (happened is WorkflowErrorEvent or ExecutorFailedEvent)
            {
                Assert.Fail($"{happened}");
            }
        }
    }
}
