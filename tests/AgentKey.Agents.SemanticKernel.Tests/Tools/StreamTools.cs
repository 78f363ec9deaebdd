using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Tools;

/// <summary>A function that looks, between its pieces, who calls it.</summary>
public static class StreamTools
{
    public static KernelFunction Callers(CallCount calls) => KernelFunctionFactory.CreateFromMethod((CancellationToken token) => ReadAsync(calls, token), "callers");

    private static async IAsyncEnumerable<string> ReadAsync(CallCount calls, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        calls.Begin();
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(1, cancellationToken);
            yield return CallerScope.Current?.ToString() ?? "nobody";
        }
    }
}
