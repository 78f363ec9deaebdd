namespace AgentKey.Storage;

/// <summary>What a store has to lock and load for one batch.</summary>
/// <param name="KeyIds">The ids of the rows to lock, distinct. Ids that do not exist are simply not found.</param>
/// <param name="Lookups">
/// The operations whose ledger entries the decision needs: the entry that bears the operation id and, if there is one,
/// the entry that refers to it. Empty on the usual path.
/// </param>
public sealed record BatchRequest(IReadOnlyList<string> KeyIds, IReadOnlyList<OperationRef> Lookups);
