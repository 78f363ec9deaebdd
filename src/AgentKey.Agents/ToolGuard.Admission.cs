using System.Diagnostics;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>Before the work: who calls, and can it be paid for.</content>
public sealed partial class ToolGuard
{
    // What is decided at once needs no state machine: the guard of a call that is allowed costs next to nothing.
    private ValueTask<ToolCharge> AdmitAsync(ToolPolicy policy, ChargeRequest request, CancellationToken cancellationToken)
    {
        var frame = CallerScope.Frame;
        if (frame?.Caller is not { } caller)
        {
            return ValueTask.FromException<ToolCharge>(Deny(request, DenialCode.NoCaller));
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            request = request with { TraceId = activity.TraceId.ToHexString() };
        }

        var call = OwnCall(frame.Call, policy.Price);
        call?.CallerToken = cancellationToken;
        if (call is { BeforePaying: { } mayPay, Resumed: null } && ObjectionTo(request.Cost, mayPay) is { } objection)
        {
            return ValueTask.FromException<ToolCharge>(objection);
        }

        var charge = call?.Resumed is { } paid
            ? ResumeAsync(policy, request, call, paid, caller, cancellationToken)
            : PayAsync(policy, request, call, caller, cancellationToken);
        return charge.IsCompleted && !cancellationToken.IsCancellationRequested
            ? charge
            : EndWhenLeftAsync(charge, cancellationToken);
    }

    private static Exception? ObjectionTo(Cost price, Action<Cost> mayPay)
    {
        try
        {
            mayPay(price);
            return null;
        }
        catch (Exception objection)
        {
            return objection;
        }
    }

    /// <summary>When the caller left while the store decided, the work never begins: what no earlier round has earned goes back.</summary>
    private async ValueTask<ToolCharge> EndWhenLeftAsync(ValueTask<ToolCharge> admission, CancellationToken cancellationToken)
    {
        var charge = await admission.ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            var isEarned = charge.Call?.Charge is { Round: > 0 };
            await EndAsync(charge, isEarned ? charge.Policy.OnCancellation : FailureOutcome.Refund).ConfigureAwait(false);
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

        if (bound is not { } own || !own.TryClaim())
        {
            // Claimed at once: a tool that this one calls in turn would take it for its own.
            own = new ToolCall();
            own.TryClaim();
        }

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

    private ValueTask<ToolCharge> SpendAsync(
        ToolPolicy policy, ChargeRequest request, ToolCall? call, Caller caller, CancellationToken cancellationToken)
    {
        var answer = _till.ChargeAsync(caller, request, cancellationToken);
        if (!answer.IsCompletedSuccessfully)
        {
            return AwaitSpendAsync(answer, policy, request, call, cancellationToken);
        }

        var decision = answer.Result;
        return Refusal(request, decision.Denial, decision.IsReplay) is { } refusal
            ? ValueTask.FromException<ToolCharge>(refusal)
            : new ValueTask<ToolCharge>(Spent(policy, call, decision));
    }

    private async ValueTask<ToolCharge> AwaitSpendAsync(
        ValueTask<ChargeDecision> answer, ToolPolicy policy, ChargeRequest request, ToolCall? call, CancellationToken cancellationToken) =>
        Spent(policy, call, await RequireAsync(answer, request, cancellationToken).ConfigureAwait(false));

    private static ToolCharge Spent(ToolPolicy policy, ToolCall? call, ChargeDecision decision)
    {
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

        if (Refusal(request, decision.Denial, decision.IsReplay) is { } refusal)
        {
            throw refusal;
        }

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

    /// <summary>The till's answer when it allows the charge; otherwise its refusal is thrown.</summary>
    private async ValueTask<ChargeDecision> RequireAsync(
        ValueTask<ChargeDecision> answer, ChargeRequest request, CancellationToken cancellationToken)
    {
        ChargeDecision decision;
        try
        {
            decision = await answer.ConfigureAwait(false);
        }
        catch (Exception fault) when (IsNoDecision(fault, cancellationToken))
        {
            throw Undecided(request, fault);
        }

        return Refusal(request, decision.Denial, decision.IsReplay) is { } refusal ? throw refusal : decision;
    }

    /// <summary>Null for what was allowed now. The answer to an earlier call with the same id pays for that call alone.</summary>
    private ToolDeniedException? Refusal(ChargeRequest request, Denial? denial, bool isReplay)
    {
        if (denial is not null)
        {
            return Deny(request, denial);
        }

        // An id that the library made is nobody else's: there the replay is the store's own second try.
        return isReplay && request.OperationId is not null ? Deny(request, DenialCode.DuplicateCall) : null;
    }

    private static bool IsNoDecision(Exception fault, CancellationToken cancellationToken) =>
        fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested;

    private static ToolPayment PaymentOf(HoldReceipt hold, Cost? remaining, int round = 0) =>
        new(hold.KeyId, hold.OperationId, hold.UpTo, remaining, hold.ExpiresAt, round);
}
