using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentKey.Agents.AI.Tests.Metering;

/// <summary>Where the meter stands among other clients.</summary>
public sealed class PipelineTests
{
    [Fact]
    public async Task Finding10_Finding11_Inside_the_tool_loop_each_model_call_is_metered_and_usage_that_the_loop_adds_up_later_changes_nothing()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(request => request.Round switch
        {
            0 => ModelReply.Call(new ModelToolCall("call_1", "step")) with { Usage = new ModelUsage(10, 5) },
            1 => ModelReply.Call(new ModelToolCall("call_2", "step")) with { Usage = new ModelUsage(20, 7) },
            _ => ModelReply.Say("done") with { Usage = new ModelUsage(30, 1) },
        });
        using var client = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().UseMeter(folder, folder.CallerOf(key)).Build();

        var answer = await client.GetResponseAsync("go", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "step")] });

        Assert.Equal((60, 13), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount));
        Assert.Equal(60 + (2 * 13), await folder.SpentCentsAsync(key));
        Assert.Equal([20m, 34m, 32m], await SettledAsync(folder, key));
    }

    [Fact]
    public async Task Finding10_Inside_a_cache_only_real_calls_are_paid_for()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 7) });
        using var client = OpenAIClients.For(server).AsBuilder()
            .UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())))
            .UseMeter(folder, folder.CallerOf(key)).Build();

        for (var i = 0; i < 3; i++)
        {
            await client.GetResponseAsync("go");
        }

        Assert.Equal([15m], await SettledAsync(folder, key));
    }

    [Fact]
    public async Task Registered_twice_it_meters_once()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        var caller = folder.CallerOf(key);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        using var client = OpenAIClients.For(server).AsBuilder()
            .UseMeter(folder, caller).UseMeter(folder, caller).UseFunctionInvocation().UseMeter(folder, caller).Build();

        await client.GetResponseAsync("go");

        Assert.Equal([3m], await SettledAsync(folder, key));
    }

    [Fact]
    public async Task Around_the_tool_loop_or_for_two_callers_it_is_refused_when_it_is_built()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (one, other) = (folder.CallerOf(await folder.MintAsync(1)), folder.CallerOf(await folder.MintAsync(1)));
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));

        Assert.Throws<InvalidOperationException>(() => OpenAIClients.For(server).AsBuilder().UseMeter(folder, one).UseFunctionInvocation().Build());
        Assert.Throws<InvalidOperationException>(() => OpenAIClients.For(server).AsBuilder().UseMeter(folder, one).UseMeter(folder, other).Build());
        Assert.Throws<InvalidOperationException>(() => OpenAIClients.For(server).AsBuilder().UseMeter(folder, one).UseMeter(folder, null).Build());
        // Whoever is bound shall pay, but the meter inside would let somebody else.
        Assert.Throws<InvalidOperationException>(() => OpenAIClients.For(server).AsBuilder().UseMeter(folder, null).UseMeter(folder, one).Build());
        OpenAIClients.For(server).AsBuilder().UseMeter(folder, null).UseMeter(folder, null).Build().Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_in_the_background_is_not_asked_for_and_not_paid_for_again_by_each_question_for_it(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        var provider = new ScriptedClient(
            ScriptedClient.Say(new TextContent("x")), ScriptedClient.Report(new UsageDetails { InputTokenCount = 1, OutputTokenCount = 1 }));
        using var client = provider.AsBuilder().UseMeter(folder, folder.CallerOf(key)).Build();
        var options = new ChatOptions { AllowBackgroundResponses = true };

        await Metered.SendAsync(client, streams, options);
        var refused = await Record.ExceptionAsync(() =>
            Metered.SendAsync(client, streams, new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }));

        Assert.False(Assert.Single(provider.Asked)!.AllowBackgroundResponses);
        Assert.True(options.AllowBackgroundResponses);
        Assert.Contains("ContinuationToken", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.Equal([3m], await SettledAsync(folder, key));
    }

    [Fact]
    public async Task Settings_that_cannot_work_are_refused_when_it_is_built()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));

        Assert.Equal("Prices", FieldOf(options => options.Prices = null));
        Assert.Equal("IsUnbilled", FieldOf(options => options.IsUnbilled = null!));
        Assert.Equal("CountTokens", FieldOf(options => options.CountTokens = null!));
        Assert.Equal("OutputCap", FieldOf(options => options.OutputCap = 0));
        Assert.Equal("TokensPerAttachment", FieldOf(options => options.TokensPerAttachment = 0));
        Assert.Equal("LeastOutput", FieldOf(options => options.FinishUp = new FinishUp { LeastOutput = 0 }));
        Assert.Equal("holdTimeToLive", FieldOf(options => options.HoldTimeToLive = TimeSpan.Zero));
        Assert.Equal("scope", FieldOf(options => options.Scope = "Not a scope"));
        Assert.Throws<InvalidOperationException>(() => Build(options => options.Guard = null));

        string FieldOf(Action<MeteringOptions> change) => Assert.Throws<InvalidFieldException>(() => Build(change)).Field;
        IChatClient Build(Action<MeteringOptions> change) => OpenAIClients.For(server).AsBuilder().UseMeter(folder, null, change).Build();
    }

    [Fact]
    public async Task The_guard_can_come_from_the_services()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1000);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        await using var services = new ServiceCollection().AddSingleton(folder.Guard).BuildServiceProvider();
        using var client = OpenAIClients.For(server).AsBuilder()
            .UseMeter(folder, folder.CallerOf(key), options => options.Guard = null).Build(services);

        await client.GetResponseAsync("go");

        Assert.Equal([3m], await SettledAsync(folder, key));
    }

    /// <summary>What each call cost in the end, in cents.</summary>
    private static async Task<List<decimal>> SettledAsync(KeyFolder folder, AgentKey.Keys.CreatedKey key)
    {
        var ledger = await folder.LedgerAsync(key);
        var settled = ledger.Where(entry => entry.Kind == LedgerEntryKind.Settle).ToList();
        Assert.Equal(ledger.Count, 2 * settled.Count);
        return [.. settled.Select(entry => (entry.AmountMicroCents + ledger.Single(hold => hold.OperationId == entry.RefersTo).AmountMicroCents) / 1_000_000m)];
    }
}
