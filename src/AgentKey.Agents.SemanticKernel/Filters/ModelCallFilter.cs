using AgentKey.Agents.SemanticKernel.Functions;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>
/// Answers a model that called a refused function. What is thrown inside Semantic Kernel's tool loop makes the model try
/// again up to 128 times; a result that says what happened makes it stop, and when it does not stop, its loop ends.
/// </summary>
internal sealed class ModelCallFilter(AgentKeysKernelOptions options) : IAutoFunctionInvocationFilter
{
    public async Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
    {
        ModelCall.Mark(context.Function);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            context.Result = DeniedResult.Of(context.Function, Refusal.Find(refusal)!, context.Kernel.Culture);
        }

        var denial = DeniedResult.Find(context.Result.Metadata);

        // Only after the last answer of a round: a call without an answer makes the history useless to the provider.
        var refusedRounds = ToolLoop.Of(context).Note(context, denial is not null);
        if (refusedRounds >= options.MaxRefusedRounds)
        {
            context.Terminate = true;
            FunctionRun.Current?.End = denial;
        }
    }
}
