using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>Proof of a hold: what to hand back to settle, void or extend it.</summary>
/// <param name="KeyId">The key that holds.</param>
/// <param name="OperationId">The hold's id, unique within the key.</param>
/// <param name="UpTo">What is held.</param>
/// <param name="ExpiresAt">From this instant of the store's clock on the money may be taken back.</param>
public sealed record HoldReceipt(string KeyId, string OperationId, Cost UpTo, DateTimeOffset ExpiresAt);
