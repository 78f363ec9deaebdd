using AgentKey.Money;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>Costs what the caller says.</summary>
public static class DonePrice
{
    public static Cost Price(long cents) => Cost.FromCents(cents);
}
