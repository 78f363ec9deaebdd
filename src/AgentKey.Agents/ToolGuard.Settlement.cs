using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>After the work: spend, return, or settle. Nothing here stops when the caller leaves, and nothing takes the work's outcome from it.</content>
public sealed partial class ToolGuard
{
    private const int SettleAttempts = 8;

    private async ValueTask SettleAsync<T>(ToolCharge charge, T result, Func<Cost>? actual)
    {
        // Until the adapter says otherwise the work succeeded, also when its question throws.
        var outcome = FailureOutcome.Keep;
        try
        {
            if (charge.Call is { IsFailure: { } isFailure } call && isFailure(result))
            {
                // Work that answers its cancellation with a failure was cancelled all the same.
                outcome = call.CallerToken.IsCancellationRequested ? charge.Policy.OnCancellation : charge.Policy.OnFailure;
            }
        }
        finally
        {
            await EndAsync(charge, outcome, actual).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a call whose money stays or goes back; what was held is settled.</summary>
    internal async ValueTask EndAsync(ToolCharge charge, FailureOutcome outcome, Func<Cost>? actual = null)
    {
        charge.Call?.TakeReports(false);
        if (charge.Held is { } held)
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }

        if (outcome == FailureOutcome.Refund)
        {
            await RefundAsync(charge).ConfigureAwait(false);
        }
        else if (charge.Held is not null)
        {
            await SettleAsync(charge, charge.Held.Receipt, actual).ConfigureAwait(false);
        }
    }

    private async ValueTask RefundAsync(ToolCharge charge)
    {
        try
        {
            await ReturnAsync(charge).ConfigureAwait(false);
            if (charge.Call is { } call)
            {
                call.Charge = null;
            }
        }
        catch (Exception fault)
        {
            // The tool's own failure is what its caller has to see. What was held goes back by itself, what was spent stays spent.
            var (keyId, operationId, cost) = charge.Held is { Receipt: var hold }
                ? (hold.KeyId, hold.OperationId, hold.UpTo)
                : (charge.Spent!.KeyId, charge.Spent.OperationId, charge.Spent.Cost);
            LogRefundFailed(fault, cost, keyId, operationId);
        }
    }

    private Task ReturnAsync(ToolCharge charge)
    {
        if (charge.Held is { } held)
        {
            return _till.VoidAsync(held.Receipt);
        }

        return charge.Spent is { } spent && spent.Cost > Cost.Zero ? _till.VoidAsync(spent) : Task.CompletedTask;
    }

    private async ValueTask SettleAsync(ToolCharge charge, HoldReceipt hold, Func<Cost>? rule)
    {
        var actual = ActualOf(charge, hold, rule);
        try
        {
            var settled = await _till.SettleAsync(hold, actual).ConfigureAwait(false);
            Check(hold, actual, settled);
            charge.Call!.Charge = charge.Call.Charge! with { Cost = settled.Spent, Remaining = settled.Remaining, HeldUntil = null };
        }
        catch (Exception fault)
        {
            LogSettleFailed(fault, actual, hold.KeyId, hold.OperationId);
            _ = SettleLaterAsync(hold, actual);
        }
    }

    private Cost ActualOf(ToolCharge charge, HoldReceipt hold, Func<Cost>? rule)
    {
        try
        {
            return rule?.Invoke() ?? charge.Call!.Reported ?? hold.UpTo;
        }
        catch (Exception fault)
        {
            LogRuleFailed(fault, charge.Policy.Tool, hold.UpTo);
            return hold.UpTo;
        }
    }

    /// <summary>The work is done, and its hold would give the money back: tries again until the store takes it.</summary>
    private async Task SettleLaterAsync(HoldReceipt hold, Cost actual)
    {
        var wait = TimeSpan.FromSeconds(1);
        for (var attempt = 1; attempt <= SettleAttempts; attempt++)
        {
            await Task.Delay(wait, _clock).ConfigureAwait(false);
            wait *= 2;
            try
            {
                var settled = await _till.SettleAsync(hold, actual).ConfigureAwait(false);
                if (settled.Outcome != SettleOutcome.AlreadySettled)
                {
                    // Otherwise an earlier try came through, and only its answer was lost.
                    Check(hold, actual, settled);
                }

                return;
            }
            catch (Exception fault)
            {
                LogSettleFailed(fault, actual, hold.KeyId, hold.OperationId);
            }
        }

        LogNeverSettled(actual, hold.KeyId, hold.OperationId);
    }

    private void Check(HoldReceipt hold, Cost actual, SettleResult settled)
    {
        if (!settled.IsSettled)
        {
            LogNotSettled(actual, hold.KeyId, hold.OperationId, settled.Outcome);
        }
    }
}
