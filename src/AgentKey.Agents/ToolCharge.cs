using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>A call that has been paid for. Exists only while its tool runs.</summary>
public readonly record struct ToolCharge
{
    /// <summary>What is left of the key's budget after the charge; <see langword="null"/> for a key without a cap.</summary>
    public Cost? Remaining { get; internal init; }

    internal ToolPolicy Policy { get; init; }

    /// <summary>What was spent; null while the money is held.</summary>
    internal ChargeReceipt? Spent { get; init; }

    /// <summary>What is held; null when the money is spent.</summary>
    internal HeldMoney? Held { get; init; }

    /// <summary>The call that this is the charge of; null when no adapter bound one and the price is fixed.</summary>
    internal ToolCall? Call { get; init; }

    /// <summary>Whether nothing that a tool could return changes what was paid.</summary>
    internal bool IsFinal => this is { Held: null, Call: null or { IsFailure: null } };

    /// <summary>
    /// Makes the charged call the current one until the returned value is disposed. Dispose it where it was made. Does
    /// nothing when it is the current one already.
    /// </summary>
    public CallerScope.Binding Enter()
    {
        var frame = CallerScope.Frame;
        return ReferenceEquals(frame?.Call, Call) ? new CallerScope.Binding(frame) : CallerScope.Bind(new BoundCall(frame?.Caller, Call));
    }
}
