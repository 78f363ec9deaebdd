using System.Diagnostics;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>Before the work: who calls, and can it be paid for.</content>
public sealed partial class ToolGuard
{
    private async ValueTask<ToolCharge> AdmitAsync(ToolPolicy policy, ChargeRequest request, CancellationToken cancellationToken)
    {
        var frame = CallerScope.Frame;
        if (frame?.Caller is not { } caller)
        {
            throw Deny(request, DenialCode.NoCaller);
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            request = request with { TraceId = activity.TraceId.ToHexString() };
        }

        var call = OwnCall(frame.Call, policy.Price);
        var charge = call?.Resumed is { } paid
            ? await ResumeAsync(policy, request, call, paid, caller, cancellationToken).ConfigureAwait(false)
            : await PayAsync(policy, request, call, caller, cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            // The caller left while the store decided: the work never began, so it costs nothing.
            await EndAsync(charge, FailureOutcome.Refund).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return charge;
    }

    /// <summary>A call belongs to one tool. What that tool calls in turn gets a call of its own, and so does what has to report.</summary>
    private static ToolCall? OwnCall(ToolCall? bound, ToolPrice price)
    {
        if (bound is null && !price.IsHeld)
        {
            return null;
        }

        var own = bound is not null && bound.TryClaim() ? bound : new ToolCall();
        own.TakeReports(price.Kind == ToolPriceKind.UpTo);
        return own;
    }

    private ValueTask<ToolCharge> PayAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall? call, Caller caller, CancellationToken cancellationToken)
    {
        if (call?.OperationId is { } id && call.Resumed is null)
        {
            request = request with { OperationId = id };
        }

        return policy.Price.IsHeld
            ? HoldAsync(policy, request, call!, caller, cancellationToken)
            : SpendAsync(policy, request, call, caller, cancellationToken);
    }

    private async ValueTask<ToolCharge> SpendAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall? call, Caller caller, CancellationToken cancellationToken)
    {
        var decision = await ChargeAtTillAsync(caller, request, cancellationToken).ConfigureAwait(false);
        if (call is not null)
        {
            call.Charge = new ToolPayment(decision.Receipt!.KeyId, decision.Receipt.OperationId, decision.Receipt.Cost, decision.Remaining);
        }

        return new ToolCharge { Policy = policy, Spent = decision.Receipt, Remaining = decision.Remaining, Call = call };
    }

    private async ValueTask<ToolCharge> HoldAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall call, Caller caller, CancellationToken cancellationToken)
    {
        HoldDecision decision;
        try
        {
            decision = await _till.HoldAsync(caller, request, policy.HoldTimeToLive, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsNoDecision(fault, cancellationToken))
        {
            throw Undecided(request, fault);
        }

        Require(request, decision.Denial, decision.IsReplay);
        call.Charge = PaymentOf(decision.Receipt!, decision.Remaining);
        return Held(policy, decision.Receipt!, decision.Remaining, call);
    }

    private ToolCharge Held(ToolPolicy policy, HoldReceipt receipt, Cost? remaining, ToolCall call) => new()
    {
        Policy = policy,
        Held = new HeldMoney(receipt, policy.HoldTimeToLive, _till, _clock, _logger),
        Remaining = remaining,
        Call = call,
    };

    private async ValueTask<ChargeDecision> ChargeAtTillAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken)
    {
        ChargeDecision decision;
        try
        {
            decision = await _till.ChargeAsync(caller, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsNoDecision(fault, cancellationToken))
        {
            throw Undecided(request, fault);
        }

        Require(request, decision.Denial, decision.IsReplay);
        return decision;
    }

    /// <summary>Lets through what was allowed now. The answer to an earlier call with the same id pays for that call alone.</summary>
    private void Require(ChargeRequest request, Denial? denial, bool isReplay)
    {
        if (denial is not null)
        {
            throw Deny(request, denial);
        }

        // An id that the library made is nobody else's: there the replay is the store's own second try.
        if (isReplay && request.OperationId is not null)
        {
            throw Deny(request, DenialCode.DuplicateCall);
        }
    }

    private static bool IsNoDecision(Exception fault, CancellationToken cancellationToken) =>
        fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested;

    private static ToolPayment PaymentOf(HoldReceipt hold, Cost? remaining, int round = 0) =>
        new(hold.KeyId, hold.OperationId, hold.UpTo, remaining, hold.ExpiresAt, round);
}
