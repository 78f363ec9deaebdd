using System.Collections.ObjectModel;
using AgentKey.Agents.SemanticKernel.Filters;
using AgentKey.Charging;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>
/// The guard inside a kernel function: binds the kernel's caller, charges when it was given a price, and returns a refusal
/// as a value. So it does not depend on filters, which no call through the <c>AIFunction</c> interface goes through.
/// </summary>
internal sealed class GuardedFunction
{
    private readonly KernelFunction _inner;
    private readonly ToolGuard? _guard;
    private readonly ToolPolicy? _policy;

    private GuardedFunction(KernelFunction inner, ToolGuard? guard, ToolPolicy? policy)
    {
        _inner = inner;
        _guard = guard;
        _policy = policy;
    }

    private bool IsRefused { get; init; }

    /// <summary>A function that charges before it calls another one.</summary>
    public static KernelFunction Charge(KernelFunction inner, ToolGuard guard, ToolPolicy policy) =>
        new GuardedFunction(inner, guard, policy).ToKernelFunction();

    /// <summary>A function around one that charges by itself.</summary>
    public static KernelFunction Enclose(KernelFunction guarded) => new GuardedFunction(guarded, null, null).ToKernelFunction();

    /// <summary>A function that is never called: nobody said what it costs.</summary>
    public static KernelFunction Refuse(KernelFunction inner) => new GuardedFunction(inner, null, null) { IsRefused = true }.ToKernelFunction();

    /// <summary>Whether a function is one of these, which needs no other around it.</summary>
    public static bool Is(KernelFunction function) => function.UnderlyingMethod?.DeclaringType == typeof(GuardedFunction);

    private KernelFunction ToKernelFunction() => KernelFunctionFactory.CreateFromMethod(
        InvokeAsync,
        _inner.JsonSerializerOptions,
        new KernelFunctionFromMethodOptions
        {
            FunctionName = _inner.Name,
            Description = _inner.Description,
            Parameters = _inner.Metadata.Parameters,
            ReturnParameter = _inner.Metadata.ReturnParameter,
            AdditionalMetadata = new ReadOnlyDictionary<string, object?>(new Dictionary<string, object?>(_inner.Metadata.AdditionalProperties)),
        });

    [AgentGuarded]
    private async Task<FunctionResult> InvokeAsync(
        Kernel kernel, KernelFunction self, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var call = new ToolCall { IsFailure = RemoteFailure.Is };
        using var binding = CallerScope.Bind(kernel.FindAgentKey(), call);
        try
        {
            var result = await ChargeAndCallAsync(kernel, arguments, call, cancellationToken).ConfigureAwait(false);
            return DeniedResult.Answered(result, call) is { } denial
                ? DeniedResult.Of(self, denial, kernel.Culture)
                : new FunctionResult(result) { Function = self };
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            return DeniedResult.Of(self, Refusal.Find(refusal)!, kernel.Culture);
        }
    }

    private async ValueTask<FunctionResult> ChargeAndCallAsync(Kernel kernel, KernelArguments arguments, ToolCall call, CancellationToken cancellationToken)
    {
        if (IsRefused)
        {
            throw new ToolDeniedException(new Denial { Reason = DenialCode.UnguardedTool });
        }

        if (_policy is not { IsPublic: false } policy)
        {
            return await InnerFunction.InvokeAsync(_inner, kernel, arguments, cancellationToken).ConfigureAwait(false);
        }

        var payment = await StreamPayment.ChargeAsync(_guard!, policy, call, cancellationToken).ConfigureAwait(false);
        FunctionResult result;
        try
        {
            using var entered = payment.Enter();
            result = await InnerFunction.InvokeAsync(_inner, kernel, arguments, cancellationToken).ConfigureAwait(false);
            if (CallerStream.Is(result.GetValue<object>()))
            {
                return CallerStream.Bind(result, CallerScope.Current, payment);
            }

            result = await EndAsync(result, policy).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await payment.FailAsync(failure).ConfigureAwait(false);
            throw;
        }

        await payment.CompleteAsync(result).ConfigureAwait(false);
        return result;
    }

    /// <summary>The result, when no work goes on in it any more.</summary>
    private static async ValueTask<FunctionResult> EndAsync(FunctionResult result, ToolPolicy policy)
    {
        var value = result.GetValue<object>();
        var done = await ToolGuard.WaitForAsync(policy, value).ConfigureAwait(false);
        return ReferenceEquals(done, value) ? result : new FunctionResult(result, done);
    }
}
