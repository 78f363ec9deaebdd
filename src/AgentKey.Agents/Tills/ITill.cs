using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tills;

/// <summary>Where the guard takes money and gives it back. An answer that is there at once costs the guarded call no allocation.</summary>
internal interface ITill
{
    ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken);

    ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken);

    Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive);

    /// <summary>Takes no id: a client could have used it for something else. A hold is settled once without one, too.</summary>
    Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual);

    Task<VoidResult> VoidAsync(ChargeReceipt receipt);

    Task<VoidResult> VoidAsync(HoldReceipt hold);
}
