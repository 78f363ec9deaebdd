using System.Text.Json;
using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Tools;

/// <summary>Guarded tools in the tool loop of Microsoft.Extensions.AI, over the provider's real client.</summary>
public sealed class LoopTests
{
    private static readonly ToolPolicy Policy = new("look_up", "tools.look", Cost.FromCents(15));

    private readonly CallCount _runs = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finding4_A_denied_tool_makes_two_model_calls_and_the_model_reads_why(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(10);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Last.Role == "tool" ? ModelReply.Say("I cannot pay for that.") : ModelReply.Call(new ModelToolCall("call_1", "look_up")));
        using var client = Loop(server);

        var answer = await AskAsync(client, [LookUp(folder, folder.CallerOf(key))], streams);

        Assert.Equal("I cannot pay for that.", answer);
        Assert.Equal(2, server.Requests.Count);
        using var seen = JsonDocument.Parse(server.Requests.Last().Last.Text);
        Assert.Equal("budget_exhausted", seen.RootElement.GetProperty("code").GetString());
        Assert.Equal((15m, 10m), (seen.RootElement.GetProperty("costCents").GetDecimal(), seen.RootElement.GetProperty("remainingCents").GetDecimal()));
        Assert.Contains("does not reset", seen.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Body.GetRawText().Contains(key.Secret.Reveal()[3..], StringComparison.Ordinal));
        Assert.Equal(0, _runs.Value);
    }

    [Fact]
    public async Task Finding6_Of_8_agents_with_4_parallel_calls_at_a_time_and_money_for_10_each_runs_exactly_10()
    {
        await using var folder = await KeyFolder.CreateAsync();
        // 4 rounds of 4 calls are asked for: 16, of which 10 can be paid.
        await using var server = await ScriptedModelServer.StartAsync(request => request.Round < 4
            ? ModelReply.Call([.. Enumerable.Range(0, 4).Select(i => new ModelToolCall($"call_{request.Round}_{i}", "look_up"))])
            : ModelReply.Say("done"));
        var agents = new List<(CreatedKey Key, CallCount Runs)>();
        for (var i = 0; i < 8; i++)
        {
            agents.Add((await folder.MintAsync(10 * 15), new CallCount()));
        }

        await Task.WhenAll(agents.Select(async agent =>
        {
            using var client = Loop(server);
            await AskAsync(client, [LookUp(folder, folder.CallerOf(agent.Key), agent.Runs)], streams: false);
        }));

        Assert.All(agents, agent => Assert.Equal(10, agent.Runs.Value));
        foreach (var (key, _) in agents)
        {
            Assert.Equal(150, await folder.SpentCentsAsync(key));
        }

        Assert.Equal(8 * 5, server.Requests.Count);
        Assert.Equal(8 * 6, server.Requests.Where(request => request.Round == 4).Sum(request => request.Messages.Count(IsDenial)));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task Call_ids_that_a_model_repeats_do_not_run_for_nothing()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Round < 3 ? ModelReply.Call(new ModelToolCall("call_1", "look_up")) : ModelReply.Say("done"));
        using var client = Loop(server);

        await AskAsync(client, [LookUp(folder, folder.CallerOf(key))], streams: false);

        Assert.Equal((3, 45), (_runs.Value, await folder.SpentCentsAsync(key)));
    }

    [Fact]
    public async Task Finding13_A_key_that_is_revoked_between_approval_and_call_pays_nothing_and_runs_nothing()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(request =>
            request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "look_up")));
        using var client = Loop(server);
        var options = new ChatOptions { Tools = [new ApprovalRequiredAIFunction(LookUp(folder, folder.CallerOf(key)))] };
        List<ChatMessage> history = [new(ChatRole.User, "go")];
        var asked = await client.GetResponseAsync(history, options);
        var approval = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<ToolApprovalRequestContent>());
        history.AddRange(asked.Messages);
        history.Add(new ChatMessage(ChatRole.User, [approval.CreateResponse(approved: true)]));

        await folder.Keys.RevokeAsync(key.Key.Id);
        await client.GetResponseAsync(history, options);

        Assert.Contains("\"invalid_key\"", server.Requests.Last().Last.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("revoked", server.Requests.Last().Last.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0, 0), (_runs.Value, await folder.SpentCentsAsync(key)));
    }

    private static bool IsDenial(ModelMessage message) => message.Role == "tool" && message.Text.Contains("budget_exhausted", StringComparison.Ordinal);

    private static IChatClient Loop(ScriptedModelServer server) =>
        OpenAIClients.For(server).AsBuilder().UseFunctionInvocation(configure: loop => loop.AllowConcurrentInvocation = true).Build();

    private static async Task<string> AskAsync(IChatClient client, IList<AITool> tools, bool streams)
    {
        var options = new ChatOptions { Tools = tools };
        return streams
            ? string.Concat((await client.GetStreamingResponseAsync("go", options).ToListAsync()).Select(update => update.Text))
            : (await client.GetResponseAsync("go", options)).Text;
    }

    private AIFunction LookUp(KeyFolder folder, Caller caller, CallCount? runs = null) => AIFunctionFactory.Create(
        async () =>
        {
            (runs ?? _runs).Add();
            await Task.Yield();
        },
        "look_up").WithAgentKey(folder.Guard, Policy, caller);
}
