using System.Diagnostics.CodeAnalysis;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Charging;

/// <summary>What happens to a key itself under the locks of its chain.</summary>
internal static class KeyRules
{
    /// <summary>Whether a cap could be drawn: asked before there is a row that would be left behind.</summary>
    public static DrawAnswer FindRoom(BatchBooks books, FindRoomOperation operation) =>
        books.TryFind(operation.KeyId, out var parent) && ChainSpending.FindRefusal(books, parent, operation.Cap.MicroCents) is { } refusal
            ? Refuse(books, parent, refusal)
            : new DrawAnswer(null);

    /// <summary>Draws a new carved key's cap from above.</summary>
    public static DrawAnswer Draw(BatchBooks books, DrawOperation operation)
    {
        if (!books.TryFind(operation.KeyId, out var key))
        {
            return new DrawAnswer(null);
        }

        var own = books.OwnOf(key);
        if (ChargeRules.FaultOf(books, key) is { } fault)
        {
            // Refused by an earlier attempt, or it or a key above revoked before it could draw: nothing is drawn for a dead key.
            // An earlier attempt may have drawn, and its answer was lost: that goes back.
            key.Abandon(books.Now);
            ChainSpending.GiveBackRest(books, key, key.Drawn - own.Used, own.StartedAt);
            return new DrawAnswer(new Denial { Reason = DenialCode.InvalidKey, Fault = fault });
        }

        own.Start(books.Now);
        if (ChainSpending.DrawCap(books, key) is not { } refusal)
        {
            return new DrawAnswer(null);
        }

        key.Abandon(books.Now);
        return Refuse(books, books.ParentOf(key), refusal);
    }

    /// <summary>Gives a key another cap, no wider than a mint would. A carved one draws the difference from above, or gives back what it has not used of it.</summary>
    public static CapAnswer ChangeCap(BatchBooks books, ChangeCapOperation operation)
    {
        if (!TryFind(books, operation.KeyId, operation.AccountId, out var key) || key.RevokedAt is not null)
        {
            return CapAnswer.NotFound;
        }

        var wanted = key.Stored.Budget.WithCap(operation.Cap.MicroCents / Cost.MicroCentsPerCent)!;
        if (BindingAbove(books, key) is { } above && !Attenuation.IsNarrower(wanted, above))
        {
            return CapAnswer.TooWide("is wider than the parent's", Attenuation.NoMoreThanParent);
        }

        var own = books.OwnOf(key);
        if (key.Stored.IsCarved)
        {
            ChainSpending.GiveBackRest(books, key, key.Drawn - Math.Max(own.Used, operation.Cap.MicroCents), own.StartedAt);
            if (key.Budget?.Cap < operation.Cap && ChainSpending.DrawUpTo(books, key, operation.Cap.MicroCents) is { } refusal)
            {
                books.NeedExpired(ChainSpending.AskedBefore(books, books.ParentOf(key), refusal));
                return CapAnswer.TooWide("cannot be carved", $"at most {refusal.Remaining} more, which is left of {refusal.By.Id}");
            }
        }

        key.SetCap(operation.Cap);
        return CapAnswer.Changed;
    }

    /// <summary>Revokes a key, once. A carved one gives back what it has drawn and not used.</summary>
    /// <returns>Whether there is such a key in the account.</returns>
    public static object Revoke(BatchBooks books, RevokeOperation operation)
    {
        if (!TryFind(books, operation.KeyId, operation.AccountId, out var key))
        {
            return false;
        }

        var own = books.OwnOf(key);
        key.Revoke(books.Now);
        if (key.Stored.IsCarved)
        {
            // Nobody will ask for their money again.
            books.NeedExpired(books.PayersOf(key));
            ChainSpending.GiveBackRest(books, key, key.Drawn - own.Used, own.StartedAt);
        }

        return true;
    }

    private static DrawAnswer Refuse(BatchBooks books, LockedKey parent, BudgetRefusal refusal)
    {
        books.NeedExpired(ChainSpending.AskedBefore(books, parent, refusal));
        return new DrawAnswer(new Denial
        {
            Reason = DenialCode.BudgetExhausted,
            Cost = Cost.FromMicroCents(refusal.MicroCents),
            Remaining = refusal.Remaining,
            RefusedBy = refusal.By.Id,
            ResetsAt = refusal.ResetsAt,
        });
    }

    private static bool TryFind(BatchBooks books, string keyId, string? accountId, [NotNullWhen(true)] out LockedKey? key) =>
        books.TryFind(keyId, out key) && (accountId is null || AccountIds.IsSame(key.Stored.AccountId, accountId));

    /// <summary>The budget of the nearest key above that has a cap; null when none has.</summary>
    private static Budget? BindingAbove(BatchBooks books, LockedKey key)
    {
        if (key.Stored.ParentId is null)
        {
            return null;
        }

        var parent = books.ParentOf(key);
        return parent.Budget ?? BindingAbove(books, parent);
    }
}
