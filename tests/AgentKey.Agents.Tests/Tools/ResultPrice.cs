using AgentKey.Money;

namespace AgentKey.Agents.Tests.Tools;

/// <summary>Holds 30 cents, and settles at a cent for every character that came back.</summary>
public static class ResultPrice
{
    public static Cost Price() => Cost.FromCents(30);

    public static Cost Settle(string result) =>
        result == "bad" ? throw new InvalidDataException("a rule that fails") : Cost.FromCents(result.Length);
}
