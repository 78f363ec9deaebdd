using AgentKey.Charging;

namespace AgentKey.Serve.DataPlane;

/// <summary>A charge that was made. Amounts are exact decimal cents, here and below.</summary>
internal sealed record ChargeDocument(string Id, string KeyId, string OperationId, decimal CostCents, decimal? RemainingCents)
{
    public static ChargeDocument Of(ChargeDecision decision) => new(
        new ReceiptId(decision.Receipt!.KeyId, decision.Receipt.OperationId).ToText(ReceiptId.Charge),
        decision.Receipt.KeyId,
        decision.Receipt.OperationId,
        decision.Receipt.Cost.Cents,
        decision.Remaining?.Cents);
}

/// <summary>A hold that was made.</summary>
internal sealed record HoldDocument(string Id, string KeyId, string OperationId, decimal UpToCents, DateTime ExpiresAt, decimal? RemainingCents)
{
    public static HoldDocument Of(HoldDecision decision) => new(
        new ReceiptId(decision.Receipt!.KeyId, decision.Receipt.OperationId).ToText(ReceiptId.Hold),
        decision.Receipt.KeyId,
        decision.Receipt.OperationId,
        decision.Receipt.UpTo.Cents,
        decision.Receipt.ExpiresAt.UtcDateTime,
        decision.Remaining?.Cents);
}

/// <summary>A hold that is settled.</summary>
internal sealed record SettledDocument(string Outcome, decimal SpentCents, decimal OverrunCents, decimal? RemainingCents)
{
    public static SettledDocument Of(SettleResult result) => new(
        OutcomeText.Of(result.Outcome), result.Spent.Cents, result.Overrun.Cents, result.Remaining?.Cents);
}

/// <summary>A hold that lives longer.</summary>
internal sealed record ExtendedDocument(string Outcome, DateTime ExpiresAt);

/// <summary>A charge or a hold whose money is back.</summary>
internal sealed record VoidedDocument(string Outcome);
