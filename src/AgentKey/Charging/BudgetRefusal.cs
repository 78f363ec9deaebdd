using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>A budget that cannot pay what it was asked for.</summary>
/// <param name="By">The budget.</param>
/// <param name="MicroCents">What it was asked for; above a carved key that is only what the key has not drawn in advance.</param>
internal sealed record BudgetRefusal(BudgetState By, long MicroCents)
{
    /// <summary>What it could pay.</summary>
    public Cost Remaining => Cost.FromMicroCents(By.Available);

    /// <summary>From when on it may be able to pay; null for never.</summary>
    public DateTimeOffset? ResetsAt => By.FitsAt(MicroCents);
}
