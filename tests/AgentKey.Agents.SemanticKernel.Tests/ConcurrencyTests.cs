using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Many agents at once, each of which asks for several tools at once.</summary>
public sealed class ConcurrencyTests
{
    private const int Agents = 8;
    private const int ToolsAtOnce = 4;
    private const int Affordable = 10;

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task Finding6_Of_8_agents_with_4_parallel_calls_each_runs_exactly_what_its_own_key_pays(string name)
    {
        var connector = Connector.Of(name);
        var work = connector.ToolName("CountedTools", "work");
        await using var host = await KernelHost.StartAsync(connector, request => request.Round < 4
            ? ModelReply.Call([.. Enumerable.Range(0, ToolsAtOnce).Select(i => new ModelToolCall($"call_{request.Round}_{i}", work))])
            : ModelReply.Say("that is it"));

        // The same key runs out in the middle of a round: 8 calls fit, then 2 of the next 4.
        var refusals = await Task.WhenAll(Enumerable.Range(0, Agents).Select(_ => RunAgentAsync(host)));

        Assert.Equal(Agents * Affordable, host.Bodies);
        Assert.All(refusals, refused => Assert.Equal((4 * ToolsAtOnce) - Affordable, refused));
    }

    private static async Task<int> RunAgentAsync(KernelHost host)
    {
        var key = await host.MintAsync(Affordable * 15, "test.*");
        var settings = new PromptExecutionSettings
        {
            FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(options: new() { AllowConcurrentInvocation = true }),
        };

        await host.Root.WithAgentKey(key.Secret).InvokePromptAsync($"I am {key.Key.Id}.", new(settings), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Cost.FromCents(Affordable * 15), await host.SpentAsync(key));
        Assert.Equal(Affordable, (await host.LedgerAsync(key)).Count(entry => entry.Kind == LedgerEntryKind.Charge));
        var last = host.Model.Requests.Last(request => request.Messages[0].Text == $"I am {key.Key.Id}." && request.Round == 4);
        return last.Messages.Count(message => message.Role == "tool" && message.Text.Contains("budget_exhausted", StringComparison.Ordinal));
    }
}
