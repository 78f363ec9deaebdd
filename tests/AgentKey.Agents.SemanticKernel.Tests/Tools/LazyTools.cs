using System.Runtime.CompilerServices;
using AgentKey.Money;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Tools;

/// <summary>Tagged tools that answer piece by piece.</summary>
public sealed class LazyTools(CallCount calls)
{
    [KernelFunction("numbers"), AgentScope("test.numbers"), Cost(5)]
    public async IAsyncEnumerable<int> NumbersAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        calls.Begin();
        for (var number = 0; number < 3; number++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return number;
        }
    }

    [KernelFunction("callers"), AgentScope("test.numbers"), Cost(5)]
    public async IAsyncEnumerable<string> CallersAsync()
    {
        calls.Begin();
        for (var piece = 0; piece < 3; piece++)
        {
            await Task.Yield();
            yield return CallerScope.Current?.ToString() ?? "nobody";
        }
    }

    [KernelFunction("metered"), AgentScope("test.numbers"), Cost(UpTo = 40)]
    public async IAsyncEnumerable<int> MeteredAsync()
    {
        calls.Begin();
        var pieces = 0;
        try
        {
            while (pieces < 3)
            {
                await Task.Yield();
                yield return pieces++;
            }
        }
        finally
        {
            ToolCall.Current!.ReportCost(Cost.FromCents(pieces));
        }
    }
}
