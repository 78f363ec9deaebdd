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

    /// <summary>A budget that begins anew at each midnight UTC.</summary>
    public static StoredBudget DailyBudget(long capCents)
    {
        var reset = new DateTimeOffset(Now.Date.AddDays(1), TimeSpan.Zero);
        return Budget(capCents) with { Period = "day", AnchorAt = reset.AddDays(-1), ResetAt = reset, UsedUntil = reset };
    }

    public static ChargeOperation Charge(
        decimal cents, string operationId = "op", string scope = "docs.read", string keyId = "1", AgentSecret? secret = null) =>
        new(Chain(keyId), operationId, new SecretCredential((secret ?? Secret).Hash), new ChargeRequest(scope, Cost.FromCents(cents)), null) { MayRepeat = true };

    public static KeyChain Chain(params IReadOnlyList<string> ids) => new(ids, null);

    public static BatchState State(DateTimeOffset now, IReadOnlyList<LedgerEntry> entries, params IReadOnlyList<StoredKey> keys) => new()
    {
        Now = now,
        Keys = keys,
        Budgets = [],
        Entries = entries,
        Holds = [],
        LargestUsedCents = int.MaxValue,
    };

    public static (OperationResult[] Results, BatchChanges Changes) Decide(StoredKey key, params IReadOnlyList<KeyOperation> operations) =>
        Decide(State(Now, [], key), operations);

    public static (OperationResult[] Results, BatchChanges Changes) Decide(BatchState state, params IReadOnlyList<KeyOperation> operations)
    {
        var results = new OperationResult[operations.Count];
        var changes = ChargeMachine.Decide(state, operations, results);
        if (changes.NeedsExpiredOf.Count > 0)
        {
            changes = ChargeMachine.Decide(state with { ExpiredOf = changes.NeedsExpiredOf.ToHashSet() }, operations, results);
        }

        return (results, changes);
    }

    /// <summary>The answer to a charge, as the front door would give it.</summary>
    public static ChargeDecision Charged(this OperationResult result, Cost cost)
    {
        var answer = (SpendingAnswer)result.Answer!;
        return answer.Denial is { } denial
            ? ChargeDecision.Deny(denial)
            : ChargeDecision.Allow(new ChargeReceipt("1", answer.OperationId!, cost), answer.Remaining, answer.IsReplay);
    }

    /// <summary>As <see cref="Charged(OperationResult, Cost)"/>, for tests that do not look at the receipt's cost.</summary>
    public static ChargeDecision Charged(this OperationResult result) => result.Charged(Cost.Zero);
}
