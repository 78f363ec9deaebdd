using AgentKey.Money;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>A price that its test changes in between.</summary>
public static class RisingPrice
{
    public static decimal Cents { get; set; } = 20;

    public static Cost Price() => Cost.FromCents(Cents);
}
