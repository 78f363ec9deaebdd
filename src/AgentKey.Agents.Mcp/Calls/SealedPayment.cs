using AgentKey.Money;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>A <see cref="ToolPayment"/> as it is written down: money as whole micro-cents.</summary>
internal sealed record SealedPayment(string KeyId, string OperationId, long Cost, long? Remaining, DateTimeOffset? HeldUntil, int Round)
{
    public static SealedPayment Of(ToolPayment payment) => new(
        payment.KeyId, payment.OperationId, payment.Cost.MicroCents, payment.Remaining?.MicroCents, payment.HeldUntil, payment.Round);

    public ToolPayment Open() => new(
        KeyId, OperationId, Money.Cost.FromMicroCents(Cost), Remaining is { } left ? Money.Cost.FromMicroCents(left) : null, HeldUntil, Round);
}
