using AgentKey.Money;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>Money that was given back or is owed, as text: amounts themselves are never negative.</summary>
internal static class SignedAmount
{
    public static string Of(long microCents) => (microCents < 0 ? "−" : "") + Cost.FromMicroCents(Math.Abs(microCents));
}
