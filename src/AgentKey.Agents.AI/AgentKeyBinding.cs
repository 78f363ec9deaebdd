using AgentKey.Keys;

namespace AgentKey.Agents.AI;

/// <summary>
/// The key that an agent runs on. <c>agent.GetService&lt;AgentKeyBinding&gt;()</c> finds it. Holds no secret. Immutable.
/// </summary>
/// <param name="Keys">The front door.</param>
/// <param name="Caller">Who pays.</param>
public sealed record AgentKeyBinding(AgentKeys Keys, Caller Caller)
{
    /// <summary>The key as it was when it was made for the agent; <see langword="null"/> when the agent got an existing one.</summary>
    public KeyInfo? DelegatedKey { get; init; }
}
