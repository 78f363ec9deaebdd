using AgentKey.Keys;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>A guarded function that always runs for the same caller, whoever is bound around it.</summary>
internal sealed class BoundFunction(AIFunction function, Caller caller) : DelegatingAIFunction(function)
{
    /// <summary>Who pays.</summary>
    public Caller Caller => caller;

    /// <summary>The function without this binding.</summary>
    public AIFunction Unbound => InnerFunction;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var (adapters, own) = (ToolCall.Current, new ToolCall());
        using var binding = CallerScope.Bind(caller, own);
        try
        {
            var result = await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
            if (own.Refusal is { } answered)
            {
                adapters?.NoteRefusal(answered);
            }

            return result;
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            return Refusal.Answer(Refusal.Find(refusal)!, adapters);
        }
    }
}
