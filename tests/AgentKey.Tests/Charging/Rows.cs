using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Rows and operations for tests of the state machine.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static readonly AgentSecret Secret = AgentSecret.Generate();

    public static StoredKey Key(long? capCents = 100, long usedCents = 0, long? usedMicroCents = 0, string id = "1") => new()
    {
        Id = id,
        KeyHash = Secret.Hash.Hex,
        Scopes = ScopeSet.Of("docs.*"),
        ExpiresAt = null,
        RevokedAt = null,
        Budget = Budget(capCents, usedCents, usedMicroCents),
    };

    public static StoredBudget Budget(long? capCents, long usedCents = 0, long? usedMicroCents = 0) => new()
    {
        CapCents = capCents,
        UsedCents = usedCents,
        Period = null,
        ResetAt = null,
        AnchorAt = null,
        UsedMicroCents = usedMicroCents,
        UsedUntil = null,
    };

    public static ChargeOperation Charge(
        decimal cents, string operationId = "op", string scope = "docs.read", string keyId = "1", AgentSecret? secret = null) =>
        new(keyId, operationId, (secret ?? Secret).Hash, new ChargeRequest(scope, Cost.FromCents(cents)), null);

    public static BatchState State(DateTimeOffset now, IReadOnlyList<LedgerEntry> entries, params IReadOnlyList<StoredKey> keys) => new()
    {
        Now = now,
        Keys = keys,
        Entries = entries,
        LargestUsedCents = int.MaxValue,
    };

    public static (OperationResult[] Results, BatchChanges Changes) Decide(StoredKey key, params IReadOnlyList<KeyOperation> operations) =>
        Decide(State(Now, [], key), operations);

    public static (OperationResult[] Results, BatchChanges Changes) Decide(BatchState state, params IReadOnlyList<KeyOperation> operations)
    {
        var results = new OperationResult[operations.Count];
        var changes = ChargeMachine.Decide(state, operations, results);
        return (results, changes);
    }
}
