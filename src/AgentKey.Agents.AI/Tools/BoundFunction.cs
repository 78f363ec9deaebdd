using AgentKey.Keys;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>A guarded function that always runs for the same caller, whoever is bound around it.</summary>
internal sealed class BoundFunction(AIFunction function, Caller caller) : DelegatingAIFunction(function)
{
    /// <summary>The function without this binding.</summary>
    public AIFunction Unbound => InnerFunction;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        using var binding = CallerScope.Bind(caller);
        try
        {
            return await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            return DenialAnswer.Of(Refusal.Find(refusal)!);
        }
    }
}
