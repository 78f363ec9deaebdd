using System.Diagnostics;
using AgentKey.Charging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKey.Agents;

/// <summary>The guard inside every guarded tool: charges before the work, and returns the money when the work failed.</summary>
/// <remarks>Safe for use from any number of threads; register one instance.</remarks>
public sealed partial class ToolGuard
{
    private readonly AgentKeys _keys;
    private readonly ILogger _logger;

    /// <summary>Creates the guard of one front door.</summary>
    /// <param name="keys">The front door.</param>
    /// <param name="logger">Receives refusals and refunds that could not be written. Never a secret.</param>
    public ToolGuard(AgentKeys keys, ILogger<ToolGuard>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
        _logger = logger ?? NullLogger<ToolGuard>.Instance;
    }

    /// <summary>Charges the bound caller for one call. When this returns, the work is paid for and may start.</summary>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    public async ValueTask<ToolCharge> ChargeAsync(ToolPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (CallerScope.Current is not { } caller)
        {
            throw Deny(policy.Tool, new Denial { Reason = DenialCode.NoCaller, Cost = policy.Cost });
        }

        var request = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? policy.Request with { TraceId = activity.TraceId.ToHexString() }
            : policy.Request;
        var decision = await DecideAsync(caller, request, cancellationToken).ConfigureAwait(false);
        if (!decision.IsAllowed)
        {
            throw Deny(policy.Tool, decision.Denial);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // The caller left while the store decided: the work never began, so it costs nothing.
            await RefundAsync(decision.Receipt).ConfigureAwait(false);
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
            await RefundAsync(receipt).ConfigureAwait(false);
        }
    }

    private async ValueTask<ChargeDecision> DecideAsync(Keys.Caller caller, ChargeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _keys.ChargeAsync(caller, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // A missing table or an unreadable row is no decision either, and what is not decided is refused.
            LogUndecided(fault, request.Tool!);
            throw new ToolDeniedException(new Denial { Reason = DenialCode.StoreUnavailable, Cost = request.Cost });
        }
    }

    private async ValueTask RefundAsync(ChargeReceipt receipt)
    {
        try
        {
            await _keys.VoidAsync(receipt, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The tool's own failure is what its caller has to see; the money stays spent until somebody returns it.
            LogRefundFailed(fault, receipt.Cost, receipt.KeyId, receipt.OperationId);
        }
    }

    private ToolDeniedException Deny(string tool, Denial denial)
    {
        LogDenied(tool, denial.Code, denial.Fault);
        return new ToolDeniedException(denial);
    }

    [LoggerMessage(2001, LogLevel.Information, "Tool {Tool} was refused: {Code} ({Fault})")]
    private partial void LogDenied(string tool, string code, KeyFault? fault);

    [LoggerMessage(2002, LogLevel.Error, "Tool {Tool} was refused: the store did not decide")]
    private partial void LogUndecided(Exception exception, string tool);

    [LoggerMessage(2003, LogLevel.Warning, "The refund of {Cost} to key {KeyId} could not be written (operation {OperationId})")]
    private partial void LogRefundFailed(Exception exception, Money.Cost cost, string keyId, string operationId);
}
