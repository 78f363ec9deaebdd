using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Agents.AI.Tests.Tools;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class FinishUpTests
{
    private readonly CallCount _runs = new();

    [Fact]
    public async Task The_hint_comes_when_little_is_left_and_not_before()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(20, 5) });
        using var client = Metered.Client(
            server, folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { HintBelow = Cost.FromCents(50), Hint = "Hurry up." });

        await client.GetResponseAsync("go", new ChatOptions { Instructions = "Be kind." });
        await client.GetResponseAsync("go", new ChatOptions { Instructions = "Be kind." });
        await client.GetResponseAsync("go");

        Assert.Equal(
            ["Be kind.", "Be kind.\n\nHurry up.", "Hurry up."],
            server.Requests.Select(request => request.Messages.Single(message => message.Role == "system").Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loop_whose_budget_ends_still_gives_a_final_answer_from_the_reserve(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        // Each round reads a little more. Without a reserve the loop would end in the middle, without an answer.
        var key = await folder.MintAsync(240);
        await using var server = await ScriptedModelServer.StartAsync(request => request.Body.GetProperty("tool_choice").ValueEquals("none")
            ? ModelReply.Say("my final answer") with { Usage = new ModelUsage(20, 3) }
            : ModelReply.Call(new ModelToolCall($"call_{request.Round}", "step")) with { Usage = new ModelUsage(20, 5) });
        using var client = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation()
            .UseMeter(folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { Reserve = Cost.FromCents(90), LeastOutput = 2 }).Build();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(_runs.Add, "step")], ToolMode = ChatToolMode.Auto };

        Assert.Equal("my final answer", await Metered.SendAsync(client, streams, options));

        Assert.Equal(_runs.Value + 1, server.Requests.Count);
        Assert.InRange(_runs.Value, 1, 4);
        Assert.Contains(FinishUp.DefaultHint, server.Requests.Last().Messages[0].Text, StringComparison.Ordinal);
        Assert.Equal((30 * _runs.Value) + 26, await folder.SpentCentsAsync(key));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task The_final_call_has_no_more_output_than_the_money_buys_and_is_not_made_for_too_little()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(40);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(10, 6) });
        using var client = Metered.Client(
            server, folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { Reserve = Cost.FromCents(40), Hint = "Now.", LeastOutput = 3 });

        // 40 cents less 10 for the input buy 15 tokens of output, so the cap stays; 18 less 10 buy 4; 10 are too little.
        await client.GetResponseAsync("go");
        await client.GetResponseAsync("go", new ChatOptions());
        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => client.GetResponseAsync("go"));

        Assert.Equal([Metered.OutputCap, 4], server.Requests.Select(request => request.OutputCap));
        Assert.Equal(Metered.HeldCents, denied.Denial.Cost.Cents);
    }

    [Fact]
    public async Task Calls_at_the_same_time_leave_one_reserve_untouched_and_not_one_each()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300);
        var (gate, arrived) = (new TaskCompletionSource(), 0);
        await using var server = await ScriptedModelServer.StartAsync(_ =>
        {
            if (Interlocked.Increment(ref arrived) == 6)
            {
                gate.SetResult();
            }

            return ModelReply.Say("x") with { Usage = new ModelUsage(9, 10), After = gate.Task };
        });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { Reserve = Cost.FromCents(100) });

        var calls = Enumerable.Range(0, 6).Select(_ => client.GetResponseAsync(Metered.Ask)).ToList();
        await Task.WhenAny(calls);
        gate.TrySetResult();
        await Task.WhenAll(calls);

        Assert.All(server.Requests, request => Assert.DoesNotContain(request.Messages, message => message.Role == "system"));
        Assert.Equal(6 * Metered.HeldCents, await folder.SpentCentsAsync(key));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task A_call_that_would_need_the_reserve_returns_what_it_held_and_is_the_final_one_from_all_that_is_left()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(60);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(10, 6) });
        using var client = Metered.Client(
            server, folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { Reserve = Cost.FromCents(40), Hint = "Now.", LeastOutput = 3 });

        await client.GetResponseAsync(Metered.Ask);

        Assert.Equal("Now.", Assert.Single(server.Requests).Messages[0].Text);
        var ledger = await folder.LedgerAsync(key);
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Void, LedgerEntryKind.Hold, LedgerEntryKind.Settle], ledger.Select(entry => entry.Kind));
        Assert.Equal([Metered.HeldCents, Metered.HeldCents + 1], ledger.Where(entry => entry.Kind == LedgerEntryKind.Hold).Select(entry => entry.Amount.Cents));
        Assert.Equal(22, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_final_call_that_the_hint_makes_too_dear_is_refused_and_nothing_stays_held()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(Metered.HeldCents);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = Metered.Client(
            server, folder, folder.CallerOf(key), options => options.FinishUp = new FinishUp { Reserve = Cost.FromCents(10), Hint = "Now." });

        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => client.GetResponseAsync(Metered.Ask));

        Assert.Equal((Metered.HeldCents + 1, Metered.HeldCents), (denied.Denial.Cost.Cents, denied.Denial.Remaining!.Value.Cents));
        Assert.Empty(server.Requests);
        Assert.Equal(0, await folder.SpentCentsAsync(key));
    }
}
