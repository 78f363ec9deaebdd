using AgentKey.Agents.SemanticKernel.Functions;
using AgentKey.Charging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>Binds the caller of every function that is called through a kernel, and refuses what carries no guard.</summary>
/// <remarks>Keeps nothing between calls: one instance serves all kernels that share its services, and all their calls at once.</remarks>
internal sealed partial class FunctionFilter(
    AgentKeysKernelOptions options, ToolGuard guard, ILogger<FunctionFilter>? logger = null) : IFunctionInvocationFilter
{
    private readonly ILogger _logger = logger ?? NullLogger<FunctionFilter>.Instance;

    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var isModelCall = ModelCall.Take(context.Function);

        // A kernel without a key hides a caller that is bound outside: its own key pays, or nobody's.
        using var binding = CallerScope.Bind(context.Kernel.FindAgentKey());
        try
        {
            await RunAsync(context, next).ConfigureAwait(false);
        }
        catch (Exception refusal) when (isModelCall && Refusal.Find(refusal) is not null)
        {
            context.Result = DeniedResult.Of(context.Function, Refusal.Find(refusal)!, context.Kernel.Culture);
        }

        if (!isModelCall && FunctionKinds.Of(context.Function) == FunctionKind.Guarded && DeniedResult.Find(context.Result.Metadata) is { } denial)
        {
            throw new ToolDeniedException(denial);
        }
    }

    private Task RunAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var kind = FunctionKinds.Of(context.Function);
        if (kind == FunctionKind.Unguarded && !options.IsPublic(context.Function))
        {
            LogUnguarded(context.Function.PluginName, context.Function.Name);
            throw new ToolDeniedException(new Denial { Reason = DenialCode.UnguardedTool });
        }

        var price = kind == FunctionKind.Prompt ? options.PromptPolicy(context.Function) : null;
        if (price is null or { IsPublic: true })
        {
            return PassAsync(context, next);
        }

        return context.IsStreaming ? ChargeStreamAsync(context, next, price) : ChargeAsync(context, next, price);
    }

    private static async Task PassAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        // A tool begins one too: a loop that it runs in turn is not its caller's.
        var run = FunctionRun.Begin();
        await next(context).ConfigureAwait(false);
        if (context.IsStreaming)
        {
            context.Result = CallerStream.Bind(context.Result, CallerScope.Current);
        }
        else if (run.End is { } denial && FunctionKinds.Of(context.Function) == FunctionKind.Prompt)
        {
            context.Result = DeniedResult.Mark(context.Result, denial);
        }
    }

    private async Task ChargeAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next, ToolPolicy price) =>
        await guard.RunAsync(
            price,
            async _ =>
            {
                await PassAsync(context, next).ConfigureAwait(false);
                return context.Result;
            },
            context.CancellationToken).ConfigureAwait(false);

    private async Task ChargeStreamAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next, ToolPolicy price)
    {
        var payment = await StreamPayment.ChargeAsync(guard, price, context.CancellationToken).ConfigureAwait(false);
        try
        {
            await next(context).ConfigureAwait(false);
            context.Result = CallerStream.Bind(context.Result, CallerScope.Current, payment);
        }
        catch (Exception failure)
        {
            await payment.FailAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    [LoggerMessage(2201, LogLevel.Error, "Function {Plugin}.{Function} carries no guard and was refused: add its guarded twin instead (AddAgentPlugin)")]
    private partial void LogUnguarded(string? plugin, string function);
}
