using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using AgentKey.Money;

namespace Demo;

public static class ChatPrice
{
    public static Cost Price(string prompt, int maxTokens) => Cost.FromMicroCents(prompt.Length + maxTokens);

    public static Cost Settle(string prompt, string result) => Cost.FromMicroCents(prompt.Length + result.Length);
}

public static class PagePrice
{
    public static Cost Price(long pages) => Cost.FromCents(pages > 10 ? 5 : 9);
}

public sealed class PricedTools
{
    [AgentScope("priced.fraction"), Cost(0.2)]
    public string Fraction(string text) => text;

    [AgentScope("priced.per"), Cost(1, Per = nameof(@int), PerUnits = 1000)]
    public Task PerAsync(int @int, CancellationToken ct) => Task.CompletedTask;

    [AgentScope("priced.guess"), Cost(UpTo = 40, OnFailure = FailureOutcome.Keep, OnCancellation = FailureOutcome.Refund)]
    public async Task<string> GuessAsync(string text)
    {
        await Task.Yield();
        ToolCall.Current!.ReportCost(Cost.FromCents(7));
        return text;
    }

    [AgentScope("priced.chat"), Cost(typeof(ChatPrice))]
    public Task<string> ChatAsync(string prompt, int maxTokens, string? result = null) => Task.FromResult(prompt + maxTokens);

    [AgentScope("priced.pages"), Cost(typeof(PagePrice))]
    public void Read(int pages)
    {
    }

    [AgentPublic]
    public string Help() => "free, and meant to be";
}
