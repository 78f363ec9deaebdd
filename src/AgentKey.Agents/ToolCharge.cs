using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>A call that has been paid for. Exists only while its tool runs.</summary>
public readonly record struct ToolCharge
{
    internal ToolCharge(ToolPolicy policy, ChargeDecision decision)
    {
        Policy = policy;
        Decision = decision;
    }

    /// <summary>What is left of the key's budget after the charge; <see langword="null"/> for a key without a cap.</summary>
    public Cost? Remaining => Decision.Remaining;

    internal ToolPolicy Policy { get; }

    internal ChargeDecision Decision { get; }
}
