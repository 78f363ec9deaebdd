using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A till whose caller leaves between a decision and its answer: that of a charge, or that of a hold.</summary>
internal sealed class LeftTill(ITill till, Action leave, bool isLeftAtHold = false) : ITill
{
    public async ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) =>
        Leave(!isLeftAtHold, await till.ChargeAsync(caller, request, cancellationToken));

    public async ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Leave(isLeftAtHold, await till.HoldAsync(caller, upTo, timeToLive, cancellationToken));

    public Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive) => till.ExtendAsync(hold, timeToLive);

    public Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual) => till.SettleAsync(hold, actual);

    public Task<VoidResult> VoidAsync(ChargeReceipt receipt) => till.VoidAsync(receipt);

    public Task<VoidResult> VoidAsync(HoldReceipt hold) => till.VoidAsync(hold);

    private T Leave<T>(bool isNow, T decision)
    {
        if (isNow)
        {
            leave();
        }

        return decision;
    }
}
