using AgentKey.Agents.AI.AgentFramework;
using AgentKey.Keys;
using Microsoft.Agents.AI;

namespace AgentKey.Agents.AI;

/// <summary>Runs agents of the Agent Framework on keys of their own.</summary>
public static class AgentKeyAgentExtensions
{
    /// <summary>
    /// Runs the agent on a key: its guarded tools and its metered model calls are charged to it, and tools that nothing
    /// guards are refused, wherever the agent gets them from.
    /// </summary>
    /// <remarks>
    /// Tools and meters that are bound to another caller stay with that one. The gate for tools stays in the agent's tool
    /// loop; only an agent without a key that shares the loop is not concerned. The agent has to be one on a chat client: of an
    /// agent of several agents, e.g. a workflow, each member takes a key of its own.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="keys">The front door.</param>
    /// <param name="caller">Who pays.</param>
    /// <exception cref="InvalidOperationException">
    /// At <c>Build</c>: the agent runs on another key already, is not one on a chat client, or has a tool loop of a class of
    /// its own, e.g. Semantic Kernel's.
    /// </exception>
    public static AIAgentBuilder UseAgentKey(this AIAgentBuilder builder, AgentKeys keys, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(caller);
        return builder.Use(agent => Bind(agent, new AgentKeyBinding(keys, caller)));
    }

    /// <summary>Puts an agent on a key of its own below the supervisor's. Its secret is never shown to anybody.</summary>
    /// <param name="supervisor">An agent that runs on a key.</param>
    /// <param name="agent">The agent that shall work for it.</param>
    /// <param name="delegation">What the agent may do and spend.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The agent, bound to its key: <see cref="AgentKeyBinding.DelegatedKey"/>. Revoke it when the work is done, and what it did not spend goes back.</returns>
    /// <exception cref="InvalidOperationException">
    /// The supervisor runs on no key, or the agent runs on one already, or cannot: see <see cref="UseAgentKey"/>. Nothing was written.
    /// </exception>
    /// <exception cref="InvalidFieldException">The supervisor's key is not valid, or a field is wider than it. Nothing was written.</exception>
    public static async Task<AIAgent> DelegateAsync(
        this AIAgent supervisor, AIAgent agent, Delegation delegation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(supervisor);
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(delegation);
        var above = supervisor.GetService<AgentKeyBinding>() ?? throw new InvalidOperationException("The supervisor runs on no key.");
        if (agent.GetService<AgentKeyBinding>() is not null)
        {
            throw BoundAlready();
        }

        // Before there is a key with money on it that nobody could use.
        ToolGate.Close(agent);
        var child = await above.Keys.CreateChildAsync(above.Caller, delegation.ToKey(), cancellationToken).ConfigureAwait(false);
        var caller = above.Keys.Identify(child.Secret.Reveal(), above.Caller.OnBehalfOf);
        return Bind(agent, new AgentKeyBinding(above.Keys, caller) { DelegatedKey = child.Key });
    }

    private static KeyedAgent Bind(AIAgent agent, AgentKeyBinding binding) =>
        agent.GetService<AgentKeyBinding>() is not { } bound || ReferenceEquals(bound.Caller, binding.Caller)
            ? new KeyedAgent(agent, binding)
            : throw BoundAlready();

    private static InvalidOperationException BoundAlready() => new("The agent runs on another key already.");
}
