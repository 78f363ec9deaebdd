using AgentKey.Money;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>A cent for every character.</summary>
public static class LengthPrice
{
    public static Cost Price(string text) => Cost.FromCents(text.Length);
}
