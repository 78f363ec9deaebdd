using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A till that passes everything on to another, for those that do one thing differently.</summary>
internal abstract class PassingTill(ITill till) : ITill
{
    public virtual ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) =>
        till.ChargeAsync(caller, request, cancellationToken);

    public virtual ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        till.HoldAsync(caller, upTo, timeToLive, cancellationToken);

    public Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive) => till.ExtendAsync(hold, timeToLive);

    public virtual Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual) => till.SettleAsync(hold, actual);

    public Task<VoidResult> VoidAsync(ChargeReceipt receipt) => till.VoidAsync(receipt);

    public Task<VoidResult> VoidAsync(HoldReceipt hold) => till.VoidAsync(hold);
}
