namespace AgentKey.Charging;

/// <summary>
/// How money moves through a chain. A charge must fit every budget from the key up to the root and the account. A
/// carved key has drawn its cap from above in advance, so its charges end with its own budgets; only what goes beyond
/// the drawn amount is drawn, or in an overrun recorded, further up.
/// </summary>
internal static class ChainSpending
{
    /// <summary>The first budget that an amount does not fit; null when all of them can pay.</summary>
    public static BudgetRefusal? FindRefusal(BatchBooks books, LockedKey key, long microCents)
    {
        foreach (var budget in books.PayersOf(key))
        {
            if (!budget.Fits(microCents))
            {
                return new BudgetRefusal(budget, microCents);
            }
        }

        return key.Carved is { } carved && Undrawn(carved, microCents) is > 0 and var missing
            ? FindRefusal(books, books.ParentOf(carved), missing)
            : null;
    }

    /// <summary>The budgets that an amount was asked of until one refused it.</summary>
    public static IEnumerable<BudgetState> AskedBefore(BatchBooks books, LockedKey key, BudgetRefusal refusal)
    {
        var payers = books.PayersOf(key);
        return payers.Contains(refusal.By) || key.Carved is not { } carved
            ? payers
            : payers.Concat(AskedBefore(books, books.ParentOf(carved), refusal));
    }

    /// <summary>Whether every row up to the root could hold an amount on top: asked before anything is changed.</summary>
    public static bool CanRecord(BatchBooks books, LockedKey key, long microCents) =>
        books.PayersOf(key).All(budget => budget.CanRecord(microCents))
        && (key.Carved is not { } carved || CanRecord(books, books.ParentOf(carved), microCents));

    /// <summary>Spends from every budget of the chain, whether it fits or not.</summary>
    /// <param name="books">The batch.</param>
    /// <param name="key">The key that pays.</param>
    /// <param name="microCents">The amount.</param>
    /// <param name="own">The budget whose ledger entry the caller writes itself; null when all are to be posted.</param>
    public static void Spend(BatchBooks books, LockedKey key, long microCents, BudgetState? own)
    {
        foreach (var budget in books.PayersOf(key))
        {
            SpendFrom(books, budget, microCents, own);
        }

        if (key.Carved is { } carved)
        {
            DrawWhatIsMissing(books, carved);
        }
    }

    /// <summary>Spends from one budget, whether it fits or not.</summary>
    public static void SpendFrom(BatchBooks books, BudgetState budget, long microCents, BudgetState? own)
    {
        budget.Spend(microCents, books.Now);
        if (budget != own)
        {
            budget.Unposted += microCents;
        }
    }

    /// <summary>
    /// Returns to every budget of the chain, as far as the period of <paramref name="spentAt"/> is still open there. Every
    /// budget that it reaches has to be open.
    /// </summary>
    /// <returns>What came back to <paramref name="own"/>; null when its period is closed.</returns>
    public static long? Return(BatchBooks books, LockedKey key, long microCents, DateTimeOffset spentAt, BudgetState? own)
    {
        long? toOwn = null;
        foreach (var budget in books.PayersOf(key))
        {
            var returned = budget.Return(microCents, spentAt);
            if (budget == own)
            {
                toOwn = returned;
            }
            else
            {
                budget.Unposted -= returned ?? 0;
            }
        }

        if (key.Carved is { } carved)
        {
            ReturnAbove(books, carved, microCents, spentAt);
        }

        return toOwn;
    }

    /// <summary>
    /// Returns to the keys above what a carved key takes back no more, because its period is over: when that gave its rest
    /// back, this was not part of it.
    /// </summary>
    public static void ReturnAbove(BatchBooks books, LockedKey carved, long microCents, DateTimeOffset spentAt)
    {
        if (carved.Own!.IsClosed(spentAt))
        {
            var parent = books.ParentOf(carved);
            Return(books, parent, microCents, carved.Own.NotAfterBeginOf(spentAt), own: null);
            PassOn(books, parent);
        }
    }

    /// <summary>Opens every budget that a return reaches, so that a row that makes no sense fails it before anything has changed.</summary>
    public static void OpenForReturn(BatchBooks books, LockedKey key, DateTimeOffset spentAt)
    {
        books.PayersOf(key);
        if (key.Carved is { } carved && carved.Own!.IsClosed(spentAt))
        {
            books.OpenAbove(carved);
        }
    }

    /// <summary>Draws from above what a carved key has used beyond what it had drawn, whether it fits there or not.</summary>
    public static void DrawWhatIsMissing(BatchBooks books, LockedKey carved)
    {
        if (Undrawn(carved, 0) is > 0 and var missing)
        {
            Draw(books, carved, missing);
        }
    }

    /// <summary>
    /// Draws a carved key's whole cap, for its first period or a new one, if the keys above can pay it. Of a raise is drawn
    /// what is spent: it may end long before the period.
    /// </summary>
    /// <returns>Which budget refused; null when the cap is drawn.</returns>
    public static BudgetRefusal? DrawCap(BatchBooks books, LockedKey key) => DrawUpTo(books, key, key.Budget?.Cap.MicroCents ?? 0);

    /// <summary>Draws what a carved key has not drawn yet of an amount, if the keys above can pay it.</summary>
    /// <returns>Which budget refused; null when as much is drawn.</returns>
    public static BudgetRefusal? DrawUpTo(BatchBooks books, LockedKey key, long microCents)
    {
        var wanted = microCents - key.Drawn;
        if (wanted <= 0)
        {
            return null;
        }

        var refusal = FindRefusal(books, books.ParentOf(key), wanted);
        if (refusal is null)
        {
            Draw(books, key, wanted);
        }

        return refusal;
    }

    /// <summary>A carved key's period ended: the rest goes back where it came from, and a new cap is drawn if there is enough.</summary>
    /// <remarks>
    /// If there is not, each charge draws what it needs, and is refused by the budget above that cannot pay. A dead key
    /// draws no cap that nobody would spend.
    /// </remarks>
    public static void Renew(BatchBooks books, LockedKey key, long rest, DateTimeOffset? drawnAt)
    {
        GiveBackRest(books, key, rest, drawnAt);
        key.ForgetDrawn();
        if (ChargeRules.FaultOf(books, key) is null)
        {
            DrawCap(books, key);
        }
    }

    /// <summary>Returns to the keys above what a carved key has drawn and not used.</summary>
    public static void GiveBackRest(BatchBooks books, LockedKey key, long rest, DateTimeOffset? drawnAt)
    {
        if (rest > 0)
        {
            books.OpenAbove(key);
            foreach (var (at, part) in key.TakeDrawn(rest, drawnAt ?? DateTimeOffset.MinValue))
            {
                Return(books, books.ParentOf(key), part, at, own: null);
            }

            PassOn(books, books.ParentOf(key));
        }
    }

    /// <summary>What came back to a carved key that is revoked goes on to the keys above: it was the last that could spend it.</summary>
    public static void PassOn(BatchBooks books, LockedKey key)
    {
        if (key.Carved is { RevokedAt: not null, Own: { } own } carved)
        {
            GiveBackRest(books, carved, carved.Drawn - own.Used, own.StartedAt);
        }
    }

    private static void Draw(BatchBooks books, LockedKey carved, long microCents)
    {
        Spend(books, books.ParentOf(carved), microCents, own: null);
        carved.Draw(microCents, books.Now);
    }

    private static long Undrawn(LockedKey carved, long more) => checked(carved.Own!.Used + more) - carved.Drawn;
}
