namespace AgentKey.Agents;

/// <summary>What one call of the tool costs, charged before its work. A tool without it is checked and free.</summary>
/// <param name="cents">Whole cents, at least 0.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = true)]
public sealed class CostAttribute(long cents) : Attribute
{
    /// <summary>The price in whole cents.</summary>
    public long Cents { get; } = cents;
}
