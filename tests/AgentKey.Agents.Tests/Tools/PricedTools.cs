using System.Runtime.CompilerServices;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>One tool for each way to price one.</summary>
public sealed class PricedTools(Work work)
{
    /// <summary>A fifth of a cent.</summary>
    [AgentScope("work.fraction"), Cost(0.2)]
    public void Fraction() => work.Enter();

    /// <summary>One cent for every 1,000 tokens.</summary>
    [AgentScope("work.tokens"), Cost(1, Per = nameof(maxTokens), PerUnits = 1000)]
    public string Tokens(long maxTokens)
    {
        work.Enter();
        return $"{maxTokens}";
    }

    /// <summary>Up to 40 cents, and reports what the test says.</summary>
    [AgentScope("work.guess"), Cost(UpTo = 40)]
    public async Task GuessAsync(int cents, CancellationToken cancellationToken = default)
    {
        await work.RunAsync(cancellationToken);
        ToolCall.Current!.ReportCost(Cost.FromCents(cents));
    }

    /// <summary>By a rule that sees the arguments.</summary>
    [AgentScope("work.ruled"), Cost(typeof(LengthPrice))]
    public string Ruled(string text)
    {
        work.Enter();
        return text;
    }

    /// <summary>By a rule that sees the result.</summary>
    [AgentScope("work.settled"), Cost(typeof(ResultPrice))]
    public async Task<string> SettledAsync(string text, CancellationToken cancellationToken = default)
    {
        await work.RunAsync(cancellationToken);
        return text;
    }

    /// <summary>Charges for failures, but not for what was cancelled.</summary>
    [AgentScope("work.kept"), Cost(5, OnFailure = FailureOutcome.Keep, OnCancellation = FailureOutcome.Refund)]
    public Task KeptAsync(CancellationToken cancellationToken = default) => work.RunAsync(cancellationToken);

    /// <summary>Free for anybody.</summary>
    [AgentPublic]
    public string Help()
    {
        work.Enter();
        return "help";
    }

    /// <summary>Streams numbers.</summary>
    [AgentScope("work.stream"), Cost(6)]
    public async IAsyncEnumerable<int> StreamAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await work.RunAsync(cancellationToken);
        for (var i = 0; i < most; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    /// <summary>Streams numbers, at a cent each.</summary>
    [AgentScope("work.metered"), Cost(UpTo = 40)]
    public async IAsyncEnumerable<int> MeteredAsync(int most)
    {
        work.Enter();
        var count = 0;
        try
        {
            for (; count < most; count++)
            {
                await Task.Yield();
                yield return count;
            }
        }
        finally
        {
            ToolCall.Current!.ReportCost(Cost.FromCents(count));
        }
    }
}
