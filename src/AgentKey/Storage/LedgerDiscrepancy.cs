namespace AgentKey.Storage;

/// <summary>A place where the ledger and the rows do not tell the same story.</summary>
/// <param name="Budget">The budget, e.g. <c>key:42</c>.</param>
/// <param name="Sequence">The first ledger entry that does not follow from the one before; <see langword="null"/> when the row differs from the last entry.</param>
/// <param name="ExpectedMicroCents">What it should be.</param>
/// <param name="FoundMicroCents">What it is.</param>
public sealed record LedgerDiscrepancy(string Budget, long? Sequence, long ExpectedMicroCents, long FoundMicroCents);
