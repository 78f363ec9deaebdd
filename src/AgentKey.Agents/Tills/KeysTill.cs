using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tills;

/// <summary>The till of a front door. What follows the work does not stop when the caller leaves.</summary>
internal sealed class KeysTill(AgentKeys keys) : ITill
{
    public ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) =>
        new(keys.ChargeAsync(caller, request, cancellationToken));

    public ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        new(keys.HoldAsync(caller, upTo, timeToLive, cancellationToken));

    public Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive) => keys.ExtendAsync(hold, timeToLive, CancellationToken.None);

    public Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual) =>
        keys.SettleAsync(hold, actual, operationId: null, CancellationToken.None);

    public Task<VoidResult> VoidAsync(ChargeReceipt receipt) => keys.VoidAsync(receipt, CancellationToken.None);

    public Task<VoidResult> VoidAsync(HoldReceipt hold) => keys.VoidAsync(hold, CancellationToken.None);
}
