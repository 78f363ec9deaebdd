using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>What a tool needs and costs. One instance per tool, immutable, shared by all calls.</summary>
public sealed class ToolPolicy
{
    /// <summary>Creates a policy.</summary>
    /// <param name="tool">The tool as the ledger names it, e.g. <c>ProxyTools.ChatAsync</c>.</param>
    /// <param name="scope">The concrete scope that a key must hold.</param>
    /// <param name="cost">What one call costs.</param>
    /// <exception cref="InvalidFieldException">The tool's name or the scope is malformed.</exception>
    public ToolPolicy(string tool, string scope, Cost cost) => Request = new ChargeRequest(scope, cost) { Tool = tool };

    /// <summary>The tool as the ledger names it.</summary>
    public string Tool => Request.Tool!;

    /// <summary>The concrete scope that a key must hold.</summary>
    public string Scope => Request.Scope!;

    /// <summary>What one call costs.</summary>
    public Cost Cost => Request.Cost;

    /// <summary>What happens to the money when the tool throws.</summary>
    public FailureOutcome OnFailure { get; init; } = FailureOutcome.Refund;

    /// <summary>What happens to the money when the call is cancelled after the work began.</summary>
    public FailureOutcome OnCancellation { get; init; } = FailureOutcome.Keep;

    internal ChargeRequest Request { get; }
}
