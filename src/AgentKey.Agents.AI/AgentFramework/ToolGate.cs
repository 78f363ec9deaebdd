using System.Runtime.CompilerServices;
using AgentKey.Agents.AI.Tools;
using AgentKey.Charging;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.AgentFramework;

/// <summary>
/// What a tool loop asks before it runs a function for a caller: only guarded functions run, and refusals come back as
/// values. It stands in the loop itself, because what an agent's options do not list runs there too.
/// </summary>
internal sealed class ToolGate
{
    private static readonly Lock Closing = new();

    // Those that were given a key: what calls one of them may have lost the caller on its way, which must not make it free.
    private static readonly ConditionalWeakTable<AIAgent, AIAgent> Keyed = [];

    private readonly Func<FunctionInvocationContext, CancellationToken, ValueTask<object?>> _next;

    private ToolGate(Func<FunctionInvocationContext, CancellationToken, ValueTask<object?>> next) => _next = next;

    /// <summary>Puts the gate into the tool loops of an agent.</summary>
    /// <exception cref="InvalidOperationException">It cannot be told where the agent's tools run, or they run in a loop that never asks.</exception>
    public static void Close(AIAgent agent)
    {
        var loop = agent.GetService<FunctionInvokingChatClient>();
        if (loop is null && agent.GetService<ChatClientAgent>() is null)
        {
            throw new InvalidOperationException(
                $"Nothing tells where the agent {agent.Name ?? agent.Id} runs its tools, so they would run past its key. "
                + "Of an agent of several agents, give each member a key of its own; bind a caller around an agent of your own with CallerScope.Bind.");
        }

        Close(loop);
        for (var inner = agent; inner is not null; inner = inner is DelegatingAIAgent outer ? InnerOf(outer) : null)
        {
            Keyed.TryAdd(inner, inner);
        }
    }

    /// <summary>
    /// Puts the gate in front of whatever the loop did before, and into the loops inside it, which are the first to see a
    /// call; once, however many agents share a loop.
    /// </summary>
    /// <param name="loop">The loop; null for an agent that runs no functions in this process.</param>
    /// <exception cref="InvalidOperationException">A loop is of another class, which need not ask what is set here.</exception>
    public static void Close(FunctionInvokingChatClient? loop)
    {
        for (; loop is not null; loop = InnerOf(loop).GetService<FunctionInvokingChatClient>())
        {
            // By the class, because trimming leaves no trace of what a derived one overrides.
            if (loop.GetType() != typeof(FunctionInvokingChatClient))
            {
                throw new InvalidOperationException(
                    $"The tool loop {loop.GetType()} runs functions in a way of its own, past the agent's key. "
                    + "Build the chat client with UseFunctionInvocation instead; Semantic Kernel's loop is for kernels, which kernel.WithAgentKey gives a key.");
            }

            lock (Closing)
            {
                if (loop.FunctionInvoker?.Target is not ToolGate)
                {
                    loop.FunctionInvoker = new ToolGate(loop.FunctionInvoker ?? RunAsync).InvokeAsync;
                }
            }
        }
    }

    // A loop answers for itself when it is asked for a loop, and nothing public leads past it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_InnerClient")]
    private static extern IChatClient InnerOf(DelegatingChatClient client);

    // A decorator may answer for whatever it is asked for, too.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_InnerAgent")]
    private static extern AIAgent InnerOf(DelegatingAIAgent agent);

    /// <summary>Whether the running agent is one that shares a loop with those that have a key, and has none itself. Where nothing tells who runs, it is not.</summary>
    private static bool IsWithoutKey => CallerScope.Current is null && AIAgent.CurrentRunContext is { } run && !Keyed.TryGetValue(run.Agent, out _);

    private static ValueTask<object?> RunAsync(FunctionInvocationContext context, CancellationToken cancellationToken) =>
        context.Function.InvokeAsync(context.Arguments, cancellationToken);

    private async ValueTask<object?> InvokeAsync(FunctionInvocationContext context, CancellationToken cancellationToken)
    {
        if (!IsWithoutKey && !Guarding.IsGuarded(context.Function))
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
