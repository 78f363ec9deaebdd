using AgentKey.Charging;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>A function that nobody priced: it is never run.</summary>
internal sealed class RefusedFunction(AIFunction function) : DelegatingAIFunction(function)
{
    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        new(DenialAnswer.Of(new Denial { Reason = DenialCode.UnguardedTool }));
}
