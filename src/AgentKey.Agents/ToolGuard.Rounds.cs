using System.Globalization;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>Calls that go on in a later round: paid once, and each round is accepted once.</content>
public sealed partial class ToolGuard
{
    private async ValueTask<ToolCharge> ResumeAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall call, ToolPayment paid, Caller caller, CancellationToken cancellationToken)
    {
        // A round is entered once, so what has another price is refused before: it can be sent again, mended.
        if (paid.Cost != request.Cost || (paid.HeldUntil is not null) != policy.Price.IsHeld)
        {
            throw Deny(request, DenialCode.IdempotencyMismatch);
        }

        if (paid.HeldUntil is { } heldUntil)
        {
            var hold = new HoldReceipt(paid.KeyId, paid.OperationId, paid.Cost, heldUntil);
            return await ResumeHeldAsync(policy, request, call, paid, hold, caller, cancellationToken).ConfigureAwait(false);
        }

        call.Charge = await EnterRoundAsync(request, paid, caller, cancellationToken).ConfigureAwait(false);
        var receipt = new ChargeReceipt(paid.KeyId, paid.OperationId, paid.Cost);
        return new ToolCharge { Policy = policy, Spent = receipt, Remaining = call.Charge.Remaining, Call = call };
    }

    private async ValueTask<ToolCharge> ResumeHeldAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall call, ToolPayment paid, HoldReceipt hold, Caller caller, CancellationToken cancellationToken)
    {
        // Looked at first, and prolonged when the round is entered: a key that is refused each time must not keep the money
        // of the keys above held.
        var found = await ExtendAsync(request, hold, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (found.Outcome == ExtendOutcome.Expired)
        {
            return await PayAnewAsync(policy, request, call, paid, caller, cancellationToken).ConfigureAwait(false);
        }

        var round = await EnterRoundAsync(request, paid, caller, cancellationToken).ConfigureAwait(false);
        var extended = await ExtendAsync(request, hold, policy.HoldTimeToLive, cancellationToken).ConfigureAwait(false);
        if (extended.Outcome == ExtendOutcome.Expired)
        {
            // It ended in between, and the round is entered already.
            return await PayAsync(policy, request, call, caller, cancellationToken).ConfigureAwait(false);
        }

        if (extended.ExpiresAt is not { } prolonged)
        {
            throw Deny(request, DenialCode.DuplicateCall);
        }

        call.Charge = round with { HeldUntil = prolonged };
        return Held(policy, hold with { ExpiresAt = prolonged }, round.Remaining, call);
    }

    /// <summary>
    /// The money of a hold that ended went back, so its round pays again. It is entered last: a refusal for want of money
    /// leaves it for another try.
    /// </summary>
    private async ValueTask<ToolCharge> PayAnewAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall call, ToolPayment paid, Caller caller, CancellationToken cancellationToken)
    {
        var charge = await PayAsync(policy, request, call, caller, cancellationToken).ConfigureAwait(false);
        try
        {
            await EnterRoundAsync(request, paid, caller, cancellationToken).ConfigureAwait(false);
            return charge;
        }
        catch
        {
            await EndAsync(charge, FailureOutcome.Refund).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// A charge of nothing, under an id that the round has for itself: the key that paid is still alive and still holds
    /// the scope, and the round was not run before, by whichever process.
    /// </summary>
    private async ValueTask<ToolPayment> EnterRoundAsync(ChargeRequest request, ToolPayment paid, Caller caller, CancellationToken cancellationToken)
    {
        var entry = new ChargeRequest(request.Scope!, Cost.Zero)
        {
            Tool = request.Tool,
            TraceId = request.TraceId,
            OperationId = string.Create(CultureInfo.InvariantCulture, $"{paid.OperationId}.{paid.Round + 1}"),
        };
        var answer = _till.ChargeAsync(caller, entry, cancellationToken);
        var decision = await RequireAsync(answer, entry, cancellationToken).ConfigureAwait(false);
        return decision.Receipt!.KeyId == paid.KeyId
            ? paid with { Round = paid.Round + 1, Remaining = decision.Remaining }
            : throw Deny(request, DenialCode.IdempotencyMismatch);
    }

    private async ValueTask<ExtendResult> ExtendAsync(
        ChargeRequest request, HoldReceipt hold, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        try
        {
            return await _till.ExtendAsync(hold, timeToLive).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsNoDecision(fault, cancellationToken))
        {
            throw Undecided(request, fault);
        }
    }

    /// <summary>The money stays where it is. A hold gets its whole time again, for whoever has to answer.</summary>
    private static async ValueTask SuspendAsync(ToolCharge charge)
    {
        charge.Call!.TakeReports(false);
        if (charge.Held is not { } held)
        {
            return;
        }

        await held.DisposeAsync().ConfigureAwait(false);
        await held.ProlongAsync().ConfigureAwait(false);
        charge.Call.Charge = charge.Call.Charge! with { HeldUntil = held.Receipt.ExpiresAt };
    }
}
