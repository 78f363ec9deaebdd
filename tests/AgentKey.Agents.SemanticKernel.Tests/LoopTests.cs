using System.Text.Json;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>A model that calls tools, through the real connector's own loop.</summary>
public sealed class LoopTests
{
    private static readonly KernelArguments Auto = new(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task Finding4_A_refused_tool_makes_two_model_calls_and_the_model_reads_why(string name)
    {
        var connector = Connector.Of(name);
        await using var host = await KernelHost.StartAsync(connector, CallUntilAnswered(connector.ToolName("CountedTools", "work")));
        var key = await host.Keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("test.*"), Budget = new Budget(Cost.FromCents(14), BudgetPeriod.Parse("day")) },
            TestContext.Current.CancellationToken);

        var answer = await host.Root.WithAgentKey(key.Secret).InvokePromptAsync("go", Auto, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("that is it", answer.ToString());
        Assert.Equal(2, host.ModelCalls);
        Assert.Equal(0, host.Bodies);
        using var refusal = JsonDocument.Parse(host.Model.Requests.Last().Last.Text);
        Assert.Equal("budget_exhausted", refusal.RootElement.GetProperty("code").GetString());
        Assert.Equal(15, refusal.RootElement.GetProperty("costCents").GetDecimal());
        Assert.Equal(14, refusal.RootElement.GetProperty("remainingCents").GetDecimal());
        Assert.Equal(key.Key.ResetsAt!.Value.UtcDateTime, refusal.RootElement.GetProperty("resetsAt").GetDateTime());
        Assert.DoesNotContain(host.Model.Requests, request => request.Body.GetRawText().Contains(key.Secret.Reveal(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task Finding14_A_tool_that_can_be_paid_runs_once_and_its_result_is_read(string name)
    {
        var connector = Connector.Of(name);
        await using var host = await KernelHost.StartAsync(connector, CallUntilAnswered(connector.ToolName("CountedTools", "work")));
        var key = await host.MintAsync(300, "test.*");

        await host.Root.WithAgentKey(key.Secret).InvokePromptAsync("go", Auto, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("done", host.Model.Requests.Last().Last.Text);
        Assert.Equal(1, host.Bodies);
        var entry = Assert.Single(await host.LedgerAsync(key));
        Assert.Equal(("CountedTools.WorkAsync", "test.work", 15m), (entry.Tool, entry.Scope, entry.Amount.Cents));
    }

    /// <summary>Asks for the tool until something comes back that is no error, as a stubborn model does.</summary>
    private static Func<ModelRequest, ModelReply> CallUntilAnswered(string tool) => request =>
        request.Last.Role == "tool" && !request.Last.Text.StartsWith("Error", StringComparison.Ordinal)
            ? ModelReply.Say("that is it")
            : ModelReply.Call(new ModelToolCall($"call_{request.Round}", tool));
}
