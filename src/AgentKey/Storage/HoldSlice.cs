namespace AgentKey.Storage;

/// <summary>What one open hold takes of one budget. A hold has a slice in every budget that it must fit.</summary>
/// <remarks>
/// Each budget lets go of its own slice once the hold has expired and the money is needed, so that a key never has to
/// lock the rows of its siblings.
/// </remarks>
/// <param name="Budget">The budget, e.g. <c>key:42</c>.</param>
/// <param name="KeyId">The key that holds.</param>
/// <param name="OperationId">The hold's operation id.</param>
/// <param name="AmountMicroCents">The amount, in micro-cents.</param>
/// <param name="HeldAt">When it was taken: it belongs to the period of that instant.</param>
/// <param name="ExpiresAt">From this instant on the money may be taken back.</param>
public sealed record HoldSlice(
    string Budget, string KeyId, string OperationId, long AmountMicroCents, DateTimeOffset HeldAt, DateTimeOffset ExpiresAt);
