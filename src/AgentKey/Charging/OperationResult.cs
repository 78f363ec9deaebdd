namespace AgentKey.Charging;

/// <summary>What one operation of a batch came to: an answer, or the reason why there is none.</summary>
internal readonly record struct OperationResult(object? Answer, Exception? Fault)
{
    /// <summary>The chain that the operation was sent with is not what the locked rows say: look it up again.</summary>
    public static OperationResult StaleChain { get; } = new(null, null);

    public bool IsStaleChain => Answer is null && Fault is null;

    public static OperationResult Of(object answer) => new(answer, null);

    public static OperationResult Failed(Exception fault) => new(null, fault);
}
