using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>Proof of a charge: what to hand back to <see cref="AgentKeys.VoidAsync(ChargeReceipt, CancellationToken)"/> when the work failed.</summary>
/// <param name="KeyId">The key that paid.</param>
/// <param name="OperationId">The charge's id, unique within the key.</param>
/// <param name="Cost">What was charged.</param>
public sealed record ChargeReceipt(string KeyId, string OperationId, Cost Cost);
