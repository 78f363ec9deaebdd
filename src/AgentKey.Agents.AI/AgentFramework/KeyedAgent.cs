using System.Runtime.CompilerServices;
using AgentKey.Keys;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.AgentFramework;

/// <summary>An agent that runs on one key: its tools and its metered model calls find the caller bound.</summary>
internal sealed class KeyedAgent : DelegatingAIAgent
{
    private readonly AgentKeyBinding _binding;

    public KeyedAgent(AIAgent agent, AgentKeyBinding binding)
        : base(agent)
    {
        _binding = binding;
        ToolGate.Close(agent);
    }

    private Caller Caller => _binding.Caller;

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(AgentKeyBinding) ? _binding : base.GetService(serviceType, serviceKey);
    }

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var bound = CallerScope.Bind(Caller);
        return await base.RunCoreAsync(messages, session, Gated(options), cancellationToken).ConfigureAwait(false);
    }

    protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages,
        AgentSession? session = null,
        AgentRunOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = base.RunCoreStreamingAsync(messages, session, Gated(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await NextAsync().ConfigureAwait(false))
            {
                yield return updates.Current;
            }
        }
        finally
        {
            // What a reader breaks off ends in the reader's flow, too.
            using var bound = CallerScope.Bind(Caller);
            await updates.DisposeAsync().ConfigureAwait(false);
        }

        // What is bound before a yield is gone after it, because the reader goes on in its own flow: it is bound anew for each step.
        async ValueTask<bool> NextAsync()
        {
            using var bound = CallerScope.Bind(Caller);
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A run may bring a chat client of its own, with a tool loop of its own.</summary>
    private static AgentRunOptions? Gated(AgentRunOptions? options)
    {
        if (options is not ChatClientAgentRunOptions { ChatClientFactory: { } factory })
        {
            return options;
        }

        var gated = (ChatClientAgentRunOptions)options.Clone();
        gated.ChatClientFactory = client =>
        {
            var own = factory(client);
            ToolGate.Close(own.GetService<FunctionInvokingChatClient>());
            return own;
        };
        return gated;
    }
}
