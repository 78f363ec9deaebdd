using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>Validate and spend, or hold, in one step.</summary>
internal static class ChargeRules
{
    public static SpendingAnswer Charge(BatchBooks books, ChargeOperation operation)
    {
        var fault = FindFault(books, operation.KeyId, operation.Credential, out var key);
        var answer = Decide(books, operation, key, fault);
        if (answer.Denial is { } denial && fault != KeyFault.Unknown)
        {
            books.Events.Refused(key, denial.Code);
        }

        return answer;
    }

    /// <returns>Whether the key is one that is known and dead.</returns>
    public static object Note(BatchBooks books, NoteOperation operation)
    {
        var isDead = FindFault(books, operation.KeyId, operation.Credential, out var key) is not (null or KeyFault.Unknown);
        if (isDead)
        {
            books.Events.Refused(key, new Denial { Reason = DenialCode.InvalidKey }.Code);
        }

        return isDead;
    }

    private static SpendingAnswer Decide(BatchBooks books, ChargeOperation operation, LockedKey key, KeyFault? fault)
    {
        var cost = operation.Request.Cost;
        var earlier = books.Ledger.Find(new(operation.KeyId, operation.OperationId));
        if (earlier is not null && operation.DecidedAt.Contains(earlier.At))
        {
            // This very call has paid, and its acknowledgement was lost: whatever became of the key since then.
            return Repeat(books, operation, earlier, isReplay: !books.Ledger.TryClaim(earlier));
        }

        if (fault is not null)
        {
            return SpendingAnswer.Deny(new Denial { Reason = DenialCode.InvalidKey, Cost = cost, Fault = fault });
        }

        if (earlier is not null)
        {
            return Repeat(books, operation, earlier, isReplay: true);
        }

        if (operation.Request.Scope is { } scope && !IsAllowed(books, key, scope))
        {
            return SpendingAnswer.Deny(new Denial { Reason = DenialCode.InsufficientScope, Cost = cost, RequiredScope = scope });
        }

        return ChainSpending.FindRefusal(books, key, cost.MicroCents) is { } refusal
            ? Refuse(books, key, refusal, cost)
            : Spend(books, operation, key);
    }

    private static KeyFault? FindFault(BatchBooks books, string keyId, Credential credential, out LockedKey key)
    {
        if (!books.TryFind(keyId, out key!) || !credential.Opens(key.Stored, books.Now))
        {
            return KeyFault.Unknown;
        }

        return FaultOf(books, key);
    }

    /// <summary>Why a key is dead, by its own row or one above; null when it is alive.</summary>
    public static KeyFault? FaultOf(BatchBooks books, LockedKey key)
    {
        if (key.RevokedAt is not null)
        {
            return KeyFault.Revoked;
        }

        if (key.Stored.FaultAt(books.Now) is { } fault)
        {
            return fault;
        }

        return key.Stored.ParentId is not null && FaultOf(books, books.ParentOf(key)) is not null ? KeyFault.DeadAncestor : null;
    }

    // A key above may have lost scopes since this one was minted.
    private static bool IsAllowed(BatchBooks books, LockedKey key, string scope) =>
        key.Stored.Scopes.Allows(scope) && (key.Stored.ParentId is null || IsAllowed(books, books.ParentOf(key), scope));

    private static SpendingAnswer Refuse(BatchBooks books, LockedKey key, BudgetRefusal refusal, Cost cost)
    {
        // Expired holds may make room. Until the store has shown them the answer is not final.
        books.NeedExpired(ChainSpending.AskedBefore(books, key, refusal));
        return SpendingAnswer.Deny(new Denial
        {
            Reason = DenialCode.BudgetExhausted,
            Cost = cost,
            Remaining = refusal.Remaining,
            RefusedBy = refusal.By.Id,
            ResetsAt = refusal.ResetsAt,
        });
    }

    private static SpendingAnswer Spend(BatchBooks books, ChargeOperation operation, LockedKey key)
    {
        var cost = operation.Request.Cost;
        var own = books.OwnOf(key);
        HoldRules.Release(books, key, new(key.Id, operation.OperationId));
        ChainSpending.Spend(books, key, cost.MicroCents, own);
        key.Use(books.Now);
        key.NewHash ??= operation.Credential.UpgradeOf(key.Stored);
        var remaining = RemainingOf(books, key);
        var expiresAt = books.Now + operation.TimeToLive;
        var kind = expiresAt is null ? LedgerEntryKind.Charge : LedgerEntryKind.Hold;
        books.Ledger.Append(own, books.Ledger.Draft(own, kind, cost.MicroCents) with
        {
            OperationId = operation.OperationId,
            RemainingMicroCents = remaining?.MicroCents,
            ExpiresAt = expiresAt,
            Scope = operation.Request.Scope,
            Tool = operation.Request.Tool,
            TraceId = operation.Request.TraceId,
            OnBehalfOf = operation.OnBehalfOf,
        });
        if (expiresAt is { } end)
        {
            foreach (var budget in books.PayersOf(key))
            {
                books.Holds.Take(new HoldSlice(budget.Id, key.Id, operation.OperationId, cost.MicroCents, books.Now, end));
            }
        }

        return SpendingAnswer.Allow(operation.OperationId, remaining, expiresAt);
    }

    private static SpendingAnswer Repeat(BatchBooks books, ChargeOperation operation, LedgerEntry earlier, bool isReplay)
    {
        var repeated = Replay(operation, earlier, isReplay);

        // What was given back pays for nothing, so its id must not let the work be done.
        return repeated.Denial is null && books.Ledger.FindResolution(new(earlier.KeyId, operation.OperationId)) is { Kind: LedgerEntryKind.Void }
            ? SpendingAnswer.Deny(new Denial { Reason = DenialCode.DuplicateCall, Cost = operation.Request.Cost })
            : repeated;
    }

    private static SpendingAnswer Replay(ChargeOperation operation, LedgerEntry earlier, bool isReplay)
    {
        var request = operation.Request;
        var isSame = earlier.Kind == (operation.TimeToLive is null ? LedgerEntryKind.Charge : LedgerEntryKind.Hold)
            && earlier.AmountMicroCents == request.Cost.MicroCents
            && earlier.Scope == request.Scope
            && earlier.Tool == request.Tool
            && (operation.TimeToLive is null || earlier.ExpiresAt - earlier.At == operation.TimeToLive);
        return isSame
            ? SpendingAnswer.Allow(
                operation.OperationId,
                earlier.RemainingMicroCents is { } left ? Cost.FromMicroCents(left) : null,
                earlier.ExpiresAt,
                isReplay)
            : SpendingAnswer.Deny(new Denial { Reason = DenialCode.IdempotencyMismatch, Cost = request.Cost });
    }

    /// <summary>What the key can still spend: the least that is left anywhere in its chain.</summary>
    public static Cost? RemainingOf(BatchBooks books, LockedKey key)
    {
        Cost? least = null;
        foreach (var budget in books.PayersOf(key))
        {
            if (budget.Remaining is { } left && (least is null || left < least))
            {
                least = left;
            }
        }

        return least;
    }
}
