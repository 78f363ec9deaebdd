using AgentKey.Money;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>A cent for 1000 characters.</summary>
public static class DearPrice
{
    public static Cost Price(long length) => Cost.FromCents(length / 1000m);
}
