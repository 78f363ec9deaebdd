using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Money;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKey.Agents;

/// <summary>
/// The guard inside every guarded tool: charges or holds before the work; settles after it, or returns the money when the
/// work failed.
/// </summary>
/// <remarks>Safe for use from any number of threads; register one instance.</remarks>
public sealed partial class ToolGuard
{
    private readonly ITill _till;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;

    /// <summary>Creates the guard of one front door.</summary>
    /// <param name="keys">The front door.</param>
    /// <param name="logger">Receives refusals, and refunds and settlements that could not be written. Never a secret.</param>
    /// <param name="clock">Paces the prolonging of holds. Decides nothing about money: the store's clock does.</param>
    public ToolGuard(AgentKeys keys, ILogger<ToolGuard>? logger = null, TimeProvider? clock = null)
        : this(new KeysTill(keys ?? throw new ArgumentNullException(nameof(keys))), logger, clock)
    {
    }

    internal ToolGuard(ITill till, ILogger? logger = null, TimeProvider? clock = null)
    {
        _till = till;
        _logger = logger ?? NullLogger<ToolGuard>.Instance;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>
    /// Charges the bound caller for one call, or holds the most that it may cost. When this returns, the work may start;
    /// end it with <see cref="CompleteAsync{T}(ToolCharge, T)"/> or <see cref="FailAsync(ToolCharge, Exception, CancellationToken)"/>.
    /// </summary>
    /// <param name="policy">The tool's policy, whose price is known without the arguments.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    /// <exception cref="InvalidOperationException">The price depends on the arguments, or the tool is public.</exception>
    public ValueTask<ToolCharge> ChargeAsync(ToolPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return ChargeAsync(policy, policy.KnownPrice, cancellationToken);
    }

    /// <summary>As <see cref="ChargeAsync(ToolPolicy, CancellationToken)"/>, at the price of this very call.</summary>
    /// <param name="policy">The tool's policy.</param>
    /// <param name="price">What this call costs; of a held price, the most that it may cost.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    /// <exception cref="InvalidOperationException">The tool is public.</exception>
    public ValueTask<ToolCharge> ChargeAsync(ToolPolicy policy, Cost price, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.IsPublic
            ? throw new InvalidOperationException($"{policy.Tool} is public, and costs nobody anything.")
            : AdmitAsync(policy, policy.RequestAt(price), cancellationToken);
    }

    /// <summary>Reports that the work returned nothing. A hold is settled at what the tool reported.</summary>
    /// <param name="charge">What <see cref="ChargeAsync(ToolPolicy, CancellationToken)"/> returned.</param>
    public ValueTask CompleteAsync(ToolCharge charge) => CompleteAsync<object?>(charge, null);

    /// <summary>
    /// Reports what the work returned. When the adapter calls that a failure, the policy decides whether the money goes
    /// back; otherwise a hold is settled at what the tool reported.
    /// </summary>
    /// <remarks>The settlement is not cancelled, and a store that fails does not take the result from the caller.</remarks>
    /// <param name="charge">What <see cref="ChargeAsync(ToolPolicy, CancellationToken)"/> returned.</param>
    /// <param name="result">What the work returned.</param>
    public ValueTask CompleteAsync<T>(ToolCharge charge, T result) =>
        charge.IsFinal ? default : SettleAsync(charge, result, actual: null);

    /// <summary>As <see cref="CompleteAsync{T}(ToolCharge, T)"/>, for a tool whose rule tells the actual cost.</summary>
    /// <param name="charge">What <see cref="ChargeAsync(ToolPolicy, Cost, CancellationToken)"/> returned.</param>
    /// <param name="result">What the work returned.</param>
    /// <param name="actual">Tells what the call cost. When it throws, all that was held is spent: the work is done.</param>
    public ValueTask CompleteAsync<T>(ToolCharge charge, T result, Func<Cost> actual)
    {
        ArgumentNullException.ThrowIfNull(actual);
        return SettleAsync(charge, result, actual);
    }

    /// <summary>
    /// Reports that the work threw; the policy decides whether the money goes back. When the adapter calls it a suspension,
    /// the money stays where it is until the call goes on.
    /// </summary>
    /// <param name="charge">What <see cref="ChargeAsync(ToolPolicy, CancellationToken)"/> returned.</param>
    /// <param name="failure">What the work threw.</param>
    /// <param name="cancellationToken">The call's own token: once it is cancelled, the call is a cancelled one and not a failed one. The refund ignores it.</param>
    public ValueTask FailAsync(ToolCharge charge, Exception failure, CancellationToken cancellationToken = default) =>
        FailAsync(charge, failure, actual: null, cancellationToken);

    /// <summary>The same, for work that came in parts: what it cost until then can be told when the money stays.</summary>
    internal async ValueTask FailAsync(ToolCharge charge, Exception failure, Func<Cost>? actual, CancellationToken cancellationToken)
    {
        if (charge.Call is { IsSuspension: { } isSuspension } && isSuspension(failure))
        {
            await SuspendAsync(charge).ConfigureAwait(false);
            return;
        }

        // Whatever the exception is: libraries report a cancelled token in words of their own, and the caller chooses the moment.
        var outcome = cancellationToken.IsCancellationRequested ? charge.Policy.OnCancellation : charge.Policy.OnFailure;
        await EndAsync(charge, outcome, actual).ConfigureAwait(false);
    }
}
