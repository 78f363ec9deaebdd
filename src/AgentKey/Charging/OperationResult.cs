namespace AgentKey.Charging;

/// <summary>What one operation of a batch came to. Exactly one of the three is set.</summary>
internal readonly record struct OperationResult(ChargeDecision? Charge, VoidResult? Void, Exception? Fault)
{
    public static implicit operator OperationResult(ChargeDecision decision) => new(decision, null, null);

    public static implicit operator OperationResult(VoidResult result) => new(null, result, null);

    public static implicit operator OperationResult(Exception fault) => new(null, null, fault);
}
