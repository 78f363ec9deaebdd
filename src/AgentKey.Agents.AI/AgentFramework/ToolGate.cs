using AgentKey.Agents.AI.Tools;
using AgentKey.Charging;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.AgentFramework;

/// <summary>
/// What a tool loop asks before it runs a function for a caller: only guarded functions run, and refusals come back as
/// values. It stands in the loop itself, because what an agent's options do not list runs there too.
/// </summary>
internal sealed class ToolGate
{
    private static readonly Lock Closing = new();

    private readonly Func<FunctionInvocationContext, CancellationToken, ValueTask<object?>> _next;

    private ToolGate(Func<FunctionInvocationContext, CancellationToken, ValueTask<object?>> next) => _next = next;

    /// <summary>Puts the gate in front of whatever the loop did before; once, however many agents share the loop.</summary>
    /// <param name="loop">The loop; null for an agent that runs no functions in this process.</param>
    public static void Close(FunctionInvokingChatClient? loop)
    {
        if (loop is null)
        {
            return;
        }

        lock (Closing)
        {
            if (loop.FunctionInvoker?.Target is not ToolGate)
            {
                loop.FunctionInvoker = new ToolGate(loop.FunctionInvoker ?? RunAsync).InvokeAsync;
            }
        }
    }

    private static ValueTask<object?> RunAsync(FunctionInvocationContext context, CancellationToken cancellationToken) =>
        context.Function.InvokeAsync(context.Arguments, cancellationToken);

    private async ValueTask<object?> InvokeAsync(FunctionInvocationContext context, CancellationToken cancellationToken)
    {
        // An agent without a key may share the loop, and runs as it always did.
        if (CallerScope.Current is not null && !Guarding.IsGuarded(context.Function))
        {
            return DenialAnswer.Of(new Denial { Reason = DenialCode.UnguardedTool });
        }

        try
        {
            return await _next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (Refusal.Find(refusal) is not null)
        {
            return DenialAnswer.Of(Refusal.Find(refusal)!);
        }
    }
}
