using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>What the state machine says to a charge or hold; the front door turns it into the caller's type.</summary>
internal sealed record SpendingAnswer(string? OperationId, Cost? Remaining, DateTimeOffset? ExpiresAt, bool IsReplay, Denial? Denial)
{
    public static SpendingAnswer Allow(string operationId, Cost? remaining, DateTimeOffset? expiresAt, bool isReplay = false) =>
        new(operationId, remaining, expiresAt, isReplay, null);

    public static SpendingAnswer Deny(Denial denial) => new(null, null, null, false, denial);
}
