using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>
/// What was paid, or is held, for one call of a tool. An adapter whose protocol spreads a call over several rounds keeps
/// it and hands it back as <see cref="ToolCall.Resumed"/>. Holds no secret. Immutable.
/// </summary>
/// <param name="KeyId">The key that pays.</param>
/// <param name="OperationId">The id of the charge or hold, unique within the key.</param>
/// <param name="Cost">What was charged; while <paramref name="HeldUntil"/> is set, the most that the call is expected to cost.</param>
/// <param name="Remaining">What the key could still spend afterwards; <see langword="null"/> for a key without a cap.</param>
/// <param name="HeldUntil">When the money goes back by itself, on the store's clock; <see langword="null"/> when it is spent.</param>
/// <param name="Round">How many rounds of the call came before this one.</param>
public sealed record ToolPayment(
    string KeyId, string OperationId, Cost Cost, Cost? Remaining = null, DateTimeOffset? HeldUntil = null, int Round = 0);
