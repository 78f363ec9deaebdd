using System.Diagnostics;
using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Agents;

/// <summary>The guard inside every guarded tool: charges before the work, and returns the money when the work failed.</summary>
/// <remarks>Safe for use from any number of threads; register one instance.</remarks>
public sealed class ToolGuard
{
    private readonly AgentKeys _keys;

    /// <summary>Creates the guard of one front door.</summary>
    public ToolGuard(AgentKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
    }

    /// <summary>Charges the bound caller for one call. When this returns, the work is paid for and may start.</summary>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    public async ValueTask<ToolCharge> ChargeAsync(ToolPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (CallerScope.Current is not { } caller)
        {
            throw new ToolDeniedException(new Denial { Reason = DenialCode.NoCaller, Cost = policy.Cost });
        }

        var request = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? policy.Request with { TraceId = activity.TraceId.ToHexString() }
            : policy.Request;
        var decision = await DecideAsync(caller, request, cancellationToken).ConfigureAwait(false);
        if (!decision.IsAllowed)
        {
            throw new ToolDeniedException(decision.Denial);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // The caller left while the store decided: the work never began, so it costs nothing.
            await _keys.VoidAsync(decision.Receipt, CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new ToolCharge(policy, decision);
    }

    /// <summary>Reports that the work threw; the policy decides whether the money goes back.</summary>
    /// <param name="charge">What <see cref="ChargeAsync"/> returned.</param>
    /// <param name="failure">What the work threw.</param>
    /// <param name="cancellationToken">The call's own token: tells a cancelled call from a failed one. The refund ignores it.</param>
    public async ValueTask FailAsync(ToolCharge charge, Exception failure, CancellationToken cancellationToken = default)
    {
        var isCancelled = failure is OperationCanceledException && cancellationToken.IsCancellationRequested;
        var outcome = isCancelled ? charge.Policy.OnCancellation : charge.Policy.OnFailure;
        if (outcome == FailureOutcome.Refund && charge.Decision is { Receipt: { } receipt, IsReplay: false })
        {
            await _keys.VoidAsync(receipt, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask<ChargeDecision> DecideAsync(Keys.Caller caller, ChargeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _keys.ChargeAsync(caller, request, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            throw new ToolDeniedException(new Denial { Reason = DenialCode.StoreUnavailable, Cost = request.Cost });
        }
    }
}
