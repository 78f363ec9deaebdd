namespace AgentKey.Charging;

/// <summary>What happens to a key itself under the locks of its chain.</summary>
internal static class KeyRules
{
    /// <summary>Draws a new carved key's cap from above.</summary>
    public static DrawAnswer Draw(BatchBooks books, DrawOperation operation)
    {
        if (!books.TryFind(operation.KeyId, out var key))
        {
            return new DrawAnswer(null);
        }

        if (key.RevokedAt is not null)
        {
            // Refused by an earlier attempt, or revoked before it could draw: nothing more is drawn for a dead key.
            return new DrawAnswer(new Denial { Reason = DenialCode.InvalidKey, Fault = KeyFault.Revoked });
        }

        books.OwnOf(key).Start(books.Now);
        var refusal = ChainSpending.DrawCap(books, key);
        if (refusal is null)
        {
            return new DrawAnswer(null);
        }

        books.NeedExpired([refusal, .. books.PayersOf(books.ParentOf(key))]);
        key.Revoke(books.Now);
        return new DrawAnswer(new Denial
        {
            Reason = DenialCode.BudgetExhausted,
            Cost = books.OwnOf(key).Remaining!.Value,
            Remaining = Money.Cost.FromMicroCents(refusal.Available),
            RefusedBy = refusal.Id,
            ResetsAt = refusal.ResetsAt,
        });
    }

    /// <summary>Revokes a key, once. A carved one gives back what it has drawn and not used.</summary>
    /// <returns>Whether there is such a key in the account.</returns>
    public static object Revoke(BatchBooks books, RevokeOperation operation)
    {
        if (!books.TryFind(operation.KeyId, out var key) || (operation.AccountId is { } account && account != key.Stored.AccountId))
        {
            return false;
        }

        var own = books.OwnOf(key);
        key.Revoke(books.Now);
        if (key.Stored.IsCarved)
        {
            ChainSpending.GiveBackRest(books, key, key.Drawn - own.Used, own.StartedAt);
        }

        return true;
    }
}
