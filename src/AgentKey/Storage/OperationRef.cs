namespace AgentKey.Storage;

/// <summary>An operation: its id is unique within its key.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="OperationId">The id, chosen by the caller or made by <see cref="AgentKeys"/>.</param>
public readonly record struct OperationRef(string KeyId, string OperationId);
