using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>What becomes of charges and holds afterwards: returned, settled, or held longer. A dead key may still do all of it.</summary>
internal static class HoldRules
{
    public static object Void(BatchBooks books, VoidOperation operation)
    {
        var origin = new OperationRef(operation.KeyId, operation.ChargeId);
        if (!books.TryFind(operation.KeyId, out var key)
            || books.Ledger.Find(origin) is not { } entry
            || entry.Kind != (operation.IsHold ? LedgerEntryKind.Hold : LedgerEntryKind.Charge))
        {
            return VoidResult.UnknownCharge;
        }

        if (books.Ledger.FindResolution(origin) is { } earlier)
        {
            return earlier.Kind != LedgerEntryKind.Void ? VoidResult.AlreadySettled
                : earlier.OperationId == operation.OperationId ? VoidResult.Voided : VoidResult.AlreadyVoided;
        }

        var own = books.OwnOf(key);
        ChainSpending.OpenForReturn(books, key, entry.At);
        if (operation.IsHold && !TryCloseUnexpired(books, key, origin))
        {
            ChainSpending.PassOn(books, key);
            return VoidResult.Expired;
        }

        var returned = ChainSpending.Return(books, key, entry.AmountMicroCents, entry.At, own);
        ChainSpending.PassOn(books, key);
        Append(books, own, entry, operation, books.Ledger.Draft(own, LedgerEntryKind.Void, -entry.AmountMicroCents, returned));
        return VoidResult.Voided;
    }

    public static SettleResult Settle(BatchBooks books, SettleOperation operation)
    {
        var origin = new OperationRef(operation.KeyId, operation.HoldId);
        if (!books.TryFind(operation.KeyId, out var key) || books.Ledger.Find(origin) is not { Kind: LedgerEntryKind.Hold } hold)
        {
            return new SettleResult(SettleOutcome.UnknownHold);
        }

        if (books.Ledger.Find(new(operation.KeyId, operation.OperationId)) is { } repeated)
        {
            return Replay(operation, hold, repeated);
        }

        if (books.Ledger.FindResolution(origin) is { } earlier)
        {
            return new SettleResult(earlier.Kind == LedgerEntryKind.Void ? SettleOutcome.AlreadyVoided : SettleOutcome.AlreadySettled);
        }

        if (!ChainSpending.CanRecord(books, key, operation.ActualMicroCents))
        {
            return new SettleResult(SettleOutcome.TooLarge);
        }

        var isLate = !TryCloseUnexpired(books, key, origin);
        var drawn = isLate ? SpendLate(books, key, operation.ActualMicroCents) : Adjust(books, key, hold, operation.ActualMicroCents);
        ChainSpending.PassOn(books, key);
        var remaining = ChargeRules.RemainingOf(books, key);
        Append(books, books.OwnOf(key), hold, operation, drawn with { RemainingMicroCents = remaining?.MicroCents });
        books.Events.Overran(key, hold, operation.ActualMicroCents);
        return Answer(hold, operation, isLate, remaining);
    }

    public static ExtendResult Extend(BatchBooks books, ExtendOperation operation)
    {
        var origin = new OperationRef(operation.KeyId, operation.HoldId);
        if (!books.TryFind(operation.KeyId, out var key) || books.Ledger.Find(origin) is not { Kind: LedgerEntryKind.Hold })
        {
            return new ExtendResult(ExtendOutcome.UnknownHold, null);
        }

        if (books.Ledger.FindResolution(origin) is { } resolution)
        {
            return new ExtendResult(resolution.Kind == LedgerEntryKind.Void ? ExtendOutcome.AlreadyVoided : ExtendOutcome.AlreadySettled, null);
        }

        var slices = SlicesOf(books, key, origin);
        if (!IsUnexpired(books, key, slices))
        {
            return new ExtendResult(ExtendOutcome.Expired, null);
        }

        var wanted = books.Now + operation.TimeToLive;
        var expiresAt = slices.Max(slice => slice.ExpiresAt) is var known && known > wanted ? known : wanted;
        foreach (var slice in slices.Where(slice => slice.ExpiresAt != expiresAt))
        {
            books.Holds.Extend(slice, expiresAt);
        }

        return new ExtendResult(ExtendOutcome.Extended, expiresAt);
    }

    /// <summary>Closes the slices of a hold. Those of a hold that has expired give their money back first, as if nobody had settled.</summary>
    /// <returns>Whether the hold was still alive, so that its money is the caller's to move.</returns>
    private static bool TryCloseUnexpired(BatchBooks books, LockedKey key, OperationRef hold)
    {
        var slices = SlicesOf(books, key, hold);
        var isUnexpired = IsUnexpired(books, key, slices);
        if (!isUnexpired)
        {
            Release(books, key, hold);
        }

        foreach (var slice in slices)
        {
            books.Holds.TryClose(slice);
        }

        return isUnexpired;
    }

    /// <summary>Takes back what an expired hold still has.</summary>
    public static void Release(BatchBooks books, LockedKey key, OperationRef hold)
    {
        foreach (var slice in SlicesOf(books, key, hold))
        {
            ChainSpending.OpenForReturn(books, key, slice.HeldAt);
            if (books.PayersOf(key).FirstOrDefault(budget => budget.Id == slice.Budget) is { } budget)
            {
                books.Release(budget, slice);
            }
        }
    }

    /// <summary>
    /// A hold lives in every budget that has to pay, or in none: one that has taken its part back, before the server's clock
    /// stepped back, or that never had one, because the key was moved, would not notice what is settled.
    /// </summary>
    private static bool IsUnexpired(BatchBooks books, LockedKey key, List<HoldSlice> slices) =>
        slices.Any(slice => slice.Budget == BudgetId.OfKey(key.Id))
        && slices.All(slice => slice.ExpiresAt > books.Now)
        && books.PayersOf(key).All(budget => budget.IsClosed(slices[0].HeldAt) || slices.Any(slice => slice.Budget == budget.Id));

    /// <summary>What a hold still has. The account that its key was moved away from is not locked, and takes its part back by itself.</summary>
    private static List<HoldSlice> SlicesOf(BatchBooks books, LockedKey key, OperationRef hold)
    {
        if (books.Holds.Of(hold) is not { Count: > 0 } held)
        {
            return [];
        }

        var account = books.AccountOf(key);
        return [.. held.Where(slice => !BudgetId.IsOfAccount(slice.Budget) || (account is not null && BudgetId.IsOfAccount(slice.Budget, account)))];
    }

    /// <summary>Less than was held goes back into the period of the hold; more is an overrun and is spent now, in full.</summary>
    private static LedgerEntry Adjust(BatchBooks books, LockedKey key, LedgerEntry hold, long actual)
    {
        var own = books.OwnOf(key);
        var more = actual - hold.AmountMicroCents;
        if (more > 0)
        {
            ChainSpending.Spend(books, key, more, own);
            return books.Ledger.Draft(own, LedgerEntryKind.Settle, more);
        }

        var returned = ChainSpending.Return(books, key, -more, hold.At, own);
        return books.Ledger.Draft(own, LedgerEntryKind.Settle, more, returned);
    }

    private static LedgerEntry SpendLate(BatchBooks books, LockedKey key, long actual)
    {
        var own = books.OwnOf(key);
        ChainSpending.Spend(books, key, actual, own);
        return books.Ledger.Draft(own, LedgerEntryKind.LateSettle, actual);
    }

    private static SettleResult Replay(SettleOperation operation, LedgerEntry hold, LedgerEntry repeated)
    {
        var isLate = repeated.Kind == LedgerEntryKind.LateSettle;
        var isSame = (isLate || repeated.Kind == LedgerEntryKind.Settle)
            && repeated.RefersTo == operation.HoldId
            && repeated.AmountMicroCents + (isLate ? 0 : hold.AmountMicroCents) == operation.ActualMicroCents;
        var remaining = repeated.RemainingMicroCents is { } left ? Cost.FromMicroCents(left) : (Cost?)null;
        return isSame ? Answer(hold, operation, isLate, remaining) with { IsReplay = true } : new SettleResult(SettleOutcome.IdempotencyMismatch);
    }

    private static SettleResult Answer(LedgerEntry hold, SettleOperation operation, bool isLate, Cost? remaining) =>
        new(isLate ? SettleOutcome.SettledLate : SettleOutcome.Settled)
        {
            Spent = Cost.FromMicroCents(operation.ActualMicroCents),
            Overrun = Cost.FromMicroCents(Math.Max(0, operation.ActualMicroCents - hold.AmountMicroCents)),
            Remaining = remaining,
        };

    private static void Append(BatchBooks books, BudgetState own, LedgerEntry origin, KeyOperation operation, LedgerEntry entry) =>
        books.Ledger.Append(own, entry with
        {
            OperationId = operation.OperationId,
            PeriodEnd = entry.PeriodEnd ?? origin.PeriodEnd,
            RefersTo = origin.OperationId,
            Scope = origin.Scope,
            Tool = origin.Tool,
            TraceId = origin.TraceId,
            OnBehalfOf = origin.OnBehalfOf,
        });
}
