using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>An open hold that this process took.</summary>
/// <param name="Entry">The ledger's entry.</param>
/// <param name="Slices">What it has of each budget.</param>
internal sealed record RememberedHold(LedgerEntry Entry, IReadOnlyList<HoldSlice> Slices);
