using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>
/// The rules of money, written once: locked rows, operations in arrival order and the store's time go in; answers,
/// changed rows and ledger entries come out. No I/O, no clock, no randomness.
/// </summary>
internal static class ChargeMachine
{
    /// <summary>Decides a batch.</summary>
    /// <param name="state">What the store locked and loaded.</param>
    /// <param name="operations">The operations, in the order in which they arrived.</param>
    /// <param name="results">Receives one result for each operation, at the same index.</param>
    /// <param name="rules">What is worth telling; null for nothing.</param>
    /// <param name="measures">Whether to say how full the budgets are afterwards.</param>
    public static BatchChanges Decide(
        BatchState state, IReadOnlyList<KeyOperation> operations, OperationResult[] results, Events.EventRules? rules = null, bool measures = false)
    {
        var books = new BatchBooks(state, rules, measures);
        for (var i = 0; i < operations.Count; i++)
        {
            results[i] = DecideOne(books, operations[i]);
        }

        return books.Close();
    }

    private static OperationResult DecideOne(BatchBooks books, KeyOperation operation)
    {
        if (!books.IsCurrent(operation.Chain))
        {
            return OperationResult.StaleChain;
        }

        try
        {
            return OperationResult.Of(Answer(books, operation));
        }
        catch (Exception fault) when (fault is OverflowException or InvalidFieldException)
        {
            // A row that makes no sense fails its own operations, not the batch that they happen to be in.
            return OperationResult.Failed(fault);
        }
    }

    private static object Answer(BatchBooks books, KeyOperation operation) => operation switch
    {
        ChargeOperation charge => ChargeRules.Charge(books, charge),
        NoteOperation note => ChargeRules.Note(books, note),
        VoidOperation @void => HoldRules.Void(books, @void),
        SettleOperation settle => HoldRules.Settle(books, settle),
        ExtendOperation extend => HoldRules.Extend(books, extend),
        FindRoomOperation find => KeyRules.FindRoom(books, find),
        DrawOperation draw => KeyRules.Draw(books, draw),
        ChangeCapOperation change => KeyRules.ChangeCap(books, change),
        RevokeOperation revoke => KeyRules.Revoke(books, revoke),
        _ => throw new NotSupportedException(operation.GetType().Name),
    };
}
