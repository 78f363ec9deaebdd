using AgentKey.Charging;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>A function that charges the bound caller before it runs. Name, schema and all else are those of the function inside.</summary>
internal sealed class GuardedFunction(AIFunction function, ToolGuard guard, ToolPolicy policy, Func<object?, bool> isFailure)
    : DelegatingAIFunction(function)
{
    public ToolPolicy Policy => policy;

    /// <summary>Tells other adapters, which do not know this class, that the function charges already.</summary>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ToolPolicy) ? policy : base.GetService(serviceType, serviceKey);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        // No operation id: a model's call ids need not be unique, and one that came twice would run the second time for nothing.
        var adapters = ToolCall.Current;
        using var binding = CallerScope.Bind(CallerScope.Current, new ToolCall { IsFailure = isFailure });
        try
        {
            return policy.Price.Kind == ToolPriceKind.PerArgument
                ? await guard.RunAsync(policy, ArgumentPrice.Of(policy.Price, arguments), Run, cancellationToken).ConfigureAwait(false)
                : await guard.RunAsync(policy, Run, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            return Refusal.Answer(Refusal.Find(refusal)!, adapters);
        }

        ValueTask<object?> Run(CancellationToken token) => base.InvokeCoreAsync(arguments, token);
    }
}
