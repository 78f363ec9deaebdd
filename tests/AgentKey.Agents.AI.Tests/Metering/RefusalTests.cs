using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Agents.AI.Tests.Tools;
using AgentKey.Charging;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Sqlite;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exhausted_budget_reaches_the_caller_at_once_through_the_tool_loop(bool streams)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(Metered.HeldCents + 20);
        var runs = new CallCount();
        await using var server = await ScriptedModelServer.StartAsync(
            _ => ModelReply.Call(new ModelToolCall("call_1", "step")) with { Usage = new ModelUsage(10, 10) });
        using var client = OpenAIClients.For(server).AsBuilder().UseFunctionInvocation().UseMeter(folder, folder.CallerOf(key)).Build();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(runs.Add, "step")] };

        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => Metered.SendAsync(client, streams, options));

        Assert.Equal(DenialCode.BudgetExhausted, denied.Denial.Reason);
        Assert.DoesNotContain(key.Secret.Reveal()[3..], denied.ToString(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (server.Requests.Count, runs.Value));
        Assert.Equal(30, await folder.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData("gpt\n4")]
    [InlineData(300)]
    public async Task A_name_of_a_model_that_the_ledger_cannot_hold_is_refused_by_its_own_name(object name)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = Metered.Client(server, folder, folder.CallerOf(key));
        var options = new ChatOptions { ModelId = name as string ?? new string('m', (int)name) };

        var fault = await Assert.ThrowsAsync<InvalidFieldException>(() => client.GetResponseAsync("go", options));

        Assert.Equal("ModelId", fault.Field);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Without_a_caller_or_the_scope_no_call_is_made()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var toolsOnly = await folder.MintAsync(100, "tools.*");
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var unbound = Metered.Client(server, folder, caller: null);
        using var bound = Metered.Client(server, folder, folder.CallerOf(toolsOnly));

        Assert.Equal(DenialCode.NoCaller, (await Assert.ThrowsAsync<ModelCallDeniedException>(() => unbound.GetResponseAsync("go"))).Denial.Reason);
        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => bound.GetResponseAsync("go"));
        Assert.Equal((DenialCode.InsufficientScope, "model.chat"), (denied.Denial.Reason, denied.Denial.RequiredScope));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_bound_caller_pays_when_the_meter_has_none_of_its_own()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        using var client = Metered.Client(server, folder, caller: null);

        using (CallerScope.Bind(folder.CallerOf(key)))
        {
            await client.GetResponseAsync("go");
        }

        Assert.Equal(3, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task An_unknown_model_is_refused_on_a_budget_and_leaves_nothing_spent()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        using var client = OpenAIClients.For(server, "gpt-new").AsBuilder().UseMeter(folder, folder.CallerOf(key)).Build();

        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => client.GetResponseAsync("go"));

        Assert.Equal("unknown_price", denied.Denial.Code);
        Assert.Empty(server.Requests);
        Assert.Equal(0, await folder.SpentCentsAsync(key));
        Assert.Equal(
            [(LedgerEntryKind.Hold, "gpt-new"), (LedgerEntryKind.Void, "gpt-new")],
            (await folder.LedgerAsync(key)).Select(entry => (entry.Kind, entry.Tool)));
    }

    [Fact]
    public async Task An_unknown_model_costs_what_is_stated_for_one_or_nothing_without_any_budget()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (capped, free) = (await folder.MintAsync(100), await folder.MintAsync(null));
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("x") with { Usage = new ModelUsage(1, 1) });
        using var stated = OpenAIClients.For(server, "gpt-new").AsBuilder()
            .UseMeter(folder, folder.CallerOf(capped), options => options.UnknownModelCost = Cost.FromCents(33)).Build();
        using var unbudgeted = OpenAIClients.For(server, "gpt-new").AsBuilder().UseMeter(folder, folder.CallerOf(free)).Build();

        await stated.GetResponseAsync("go");
        await unbudgeted.GetResponseAsync("go");

        Assert.Equal((33, 0), (await folder.SpentCentsAsync(capped), await folder.SpentCentsAsync(free)));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_refuses_the_call()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var caller = folder.CallerOf(await folder.MintAsync(100));
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("never"));
        await using var keys = new AgentKeys(SqliteKeyStore.Open(folder.StorePath, new SqliteKeyStoreOptions { BusyTimeout = TimeSpan.FromSeconds(1) }));
        using var client = Metered.Client(server, folder, caller, options => options.Guard = new ToolGuard(keys));
        await using var other = new SqliteConnection($"Data Source={folder.StorePath};Pooling=False");
        await other.OpenAsync();
        await using var lockOut = other.CreateCommand();
        lockOut.CommandText = "BEGIN IMMEDIATE";
        await lockOut.ExecuteNonQueryAsync();

        var denied = await Assert.ThrowsAsync<ModelCallDeniedException>(() => client.GetResponseAsync("go"));

        Assert.Equal(DenialCode.StoreUnavailable, denied.Denial.Reason);
        Assert.Empty(server.Requests);
    }
}
