using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Scopes;

namespace AgentKey.Agents.AI;

/// <summary>What a supervisor lets an agent below it do and spend. Never more than its own key may.</summary>
public sealed record Delegation
{
    /// <summary>A label for people; 1 to 200 printable characters.</summary>
    public required string Name { get; init; }

    /// <summary>What the agent may do.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>What the agent may spend.</summary>
    public required Budget Budget { get; init; }

    /// <summary>
    /// Whether the money is drawn from the supervisor's budget at once, so that nobody else can spend it. Otherwise the
    /// agent shares what the supervisor has at the time of each call.
    /// </summary>
    public bool Carve { get; init; } = true;

    /// <summary>How long the agent's key lives; no longer than the supervisor's.</summary>
    public Lifetime Lifetime { get; init; } = Lifetime.Forever;

    /// <summary>The key to make; its account is set when it is put below its parent.</summary>
    internal NewKey ToKey() => new()
    {
        AccountId = "",
        Name = Name,
        Scopes = Scopes,
        Budget = Budget,
        Carve = Carve,
        Lifetime = Lifetime,
    };
}
