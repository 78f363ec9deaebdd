using AgentKey.Agents.AI.Prices;
using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.ModelServer;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class SettlementTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_holds_the_most_and_spends_what_the_provider_says_it_used(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        decimal? during = null;
        await using var server = await ScriptedModelServer.StartAsync(_ =>
        {
            during = folder.SpentCentsAsync(key).GetAwaiter().GetResult();
            return ModelReply.Say("three words more") with { Usage = new ModelUsage(Input: 7, Output: 3) };
        });
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        Assert.Equal("three words more", await Metered.SendAsync(client, streams));

        Assert.Equal(Metered.HeldCents, during);
        Assert.Equal(7 + (2 * 3), await folder.SpentCentsAsync(key));
        var ledger = await folder.LedgerAsync(key);
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], ledger.Select(entry => entry.Kind));
        Assert.Equal((OpenAIClients.Model, "model.chat"), (ledger[0].Tool, ledger[0].Scope));
        await folder.AssertAddsUpAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cached_input_and_reasoning_have_their_own_prices(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(
            _ => ModelReply.Say("answer") with { Usage = new ModelUsage(Input: 100, Output: 30, CachedInput: 40, Reasoning: 20) });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.Prices = PriceBook.Parse("""
            { "prices": [ { "model": "gpt-test", "input": 10000, "cachedInput": 2500, "output": 20000, "reasoning": 30000 } ] }
            """));

        await Metered.SendAsync(client, streams);

        Assert.Equal(60 + (0.25m * 40) + (2 * 10) + (3 * 20), await folder.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Audio_has_its_own_prices_and_is_held_for(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        var usage = new UsageDetails { InputTokenCount = 100, InputAudioTokenCount = 40, OutputTokenCount = 30, OutputAudioTokenCount = 20 };
        using var client = new ScriptedClient(ScriptedClient.Say(new TextContent("answer")), ScriptedClient.Report(usage)).AsBuilder()
            .UseMeter(folder, folder.CallerOf(key), options => options.Prices = PriceBook.Parse("""
                { "prices": [ { "model": "gpt-test", "input": 10000, "audioInput": 20000, "output": 20000, "audioOutput": 50000 } ] }
                """)).Build();

        await Metered.SendAsync(client, streams);

        Assert.Equal((2 * Metered.EstimatedInput) + (5 * Metered.OutputCap), (await folder.LedgerAsync(key))[0].Amount.Cents);
        Assert.Equal(60 + (2 * 40) + (2 * 10) + (5 * 20), await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_cap_that_is_held_is_sent_and_the_callers_options_stay_as_they_are()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three four five six seven eight nine ten eleven"));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));
        var options = new ChatOptions { Temperature = 0.5f };

        var capped = await client.GetResponseAsync(Metered.Ask, options);
        await client.GetResponseAsync(Metered.Ask, new ChatOptions { MaxOutputTokens = 3 });

        Assert.Equal(ChatFinishReason.Length, capped.FinishReason);
        Assert.Null(options.MaxOutputTokens);
        Assert.Equal([Metered.OutputCap, 3], server.Requests.Select(request => request.OutputCap));
        Assert.Equal(0.5m, server.Requests.First().Body.GetProperty("temperature").GetDecimal());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Neither_a_cap_of_nothing_nor_a_model_without_a_name_is_one(int cap)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("hi"));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        await client.GetResponseAsync(Metered.Ask, new ChatOptions { MaxOutputTokens = cap, ModelId = "" });

        Assert.Equal(Metered.OutputCap, Assert.Single(server.Requests).OutputCap);
        Assert.NotEmpty((await folder.LedgerAsync(key))[0].Tool!);
    }

    [Fact]
    public async Task A_provider_that_used_more_than_was_held_is_paid_in_full_and_the_next_call_is_refused()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(50);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("hi") with { Usage = new ModelUsage(40, 30) });
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        await client.GetResponseAsync(Metered.Ask);
        Assert.Equal(100, await folder.SpentCentsAsync(key));

        await Assert.ThrowsAsync<ModelCallDeniedException>(() => client.GetResponseAsync(Metered.Ask));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Of_32_parallel_calls_no_more_are_made_than_can_be_held()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync((5 * Metered.HeldCents) + 1);
        var gate = new TaskCompletionSource();
        await using var server = await ScriptedModelServer.StartAsync(
            _ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1), After = gate.Task });
        using var client = Metered.Client(server, folder, folder.CallerOf(key));

        var calls = Enumerable.Range(0, 32).Select(_ => Record.ExceptionAsync(() => client.GetResponseAsync(Metered.Ask)).AsTask()).ToList();
        while (calls.Count(call => call.IsCompleted) < 27)
        {
            await Task.WhenAny(calls.Where(call => !call.IsCompleted));
        }

        gate.SetResult();
        var outcomes = await Task.WhenAll(calls);

        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(27, outcomes.OfType<ModelCallDeniedException>().Count(denied => denied.Denial.Reason == DenialCode.BudgetExhausted));
        Assert.Equal(5 * 3, await folder.SpentCentsAsync(key));
        await folder.AssertAddsUpAsync();
    }

    [Fact]
    public async Task Long_input_is_priced_by_the_length_that_was_read()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(21, 1) });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.Prices = PriceBook.Parse("""
            { "prices": [ { "model": "gpt-test", "input": 10000, "output": 10000 },
                          { "model": "gpt-test", "aboveInputTokens": 20, "input": 30000, "output": 30000 } ] }
            """));

        await client.GetResponseAsync(Metered.Ask);

        Assert.Equal(3 * 22, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_stores_clock_decides_which_price_is_spent_whatever_the_process_believes()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(10, 1) });
        var yesterday = key.Key.CreatedAt.AddDays(-1);
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(new FakeTimeProvider(yesterday.AddYears(-1))).BuildServiceProvider();
        using var client = OpenAIClients.For(server).AsBuilder().UseMeter(folder, folder.CallerOf(key), options => options.Prices = PriceBook.Parse($$"""
            { "prices": [ { "model": "gpt-test", "input": 10000, "output": 10000 },
                          { "model": "gpt-test", "from": "{{yesterday:yyyy-MM-dd}}", "input": 50000, "output": 50000 } ] }
            """)).Build(services);

        await client.GetResponseAsync(Metered.Ask);

        Assert.Equal(Metered.EstimatedInput + Metered.OutputCap, (await folder.LedgerAsync(key))[0].Amount.Cents);
        Assert.Equal(5 * 11, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task The_estimate_counts_instructions_history_tools_and_attachments()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100_000);
        var held = new List<decimal>();
        await using var server = await ScriptedModelServer.StartAsync(_ =>
        {
            held.Add(folder.SpentCentsAsync(key).GetAwaiter().GetResult());
            return ModelReply.Say("x") with { Usage = new ModelUsage(0, 0) };
        });
        using var client = Metered.Client(server, folder, folder.CallerOf(key), options => options.TokensPerAttachment = 500);

        await client.GetResponseAsync(Metered.Ask);
        await client.GetResponseAsync(Metered.Ask, new ChatOptions { Instructions = "be very brief" });
        await client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, [new TextContent("go"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")])]);
        await client.GetResponseAsync(Metered.Ask, new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one", "Counts to one.")] });

        Assert.Equal([Metered.HeldCents, Metered.HeldCents + 3, Metered.HeldCents + 500], held.Take(3));
        Assert.True(held[3] >= Metered.HeldCents + 8 + 1 + 3 + 1);
    }
}
