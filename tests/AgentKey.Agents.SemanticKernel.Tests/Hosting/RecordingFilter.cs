using System.Collections.Concurrent;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Hosting;

/// <summary>A filter as an application has one: keeps what it saw.</summary>
internal sealed class RecordingFilter : IFunctionInvocationFilter
{
    private readonly ConcurrentQueue<string> _functions = new();

    public IReadOnlyCollection<string> Functions => _functions;

    public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        _functions.Enqueue(context.Function.Name);
        return next(context);
    }
}
