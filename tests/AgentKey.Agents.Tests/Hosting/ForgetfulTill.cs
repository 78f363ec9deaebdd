using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A till whose first settlement is made, and whose answer to it never arrives.</summary>
internal sealed class ForgetfulTill(ITill till) : ITill
{
    private int _settlements;

    /// <summary>How many settlements it has answered, or failed to.</summary>
    public int Settlements => Volatile.Read(ref _settlements);

    public ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) =>
        till.ChargeAsync(caller, request, cancellationToken);

    public ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        till.HoldAsync(caller, upTo, timeToLive, cancellationToken);

    public Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive) => till.ExtendAsync(hold, timeToLive);

    public async Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual)
    {
        var settled = await till.SettleAsync(hold, actual);
        return Interlocked.Increment(ref _settlements) > 1 ? settled : throw new IOException("the answer is lost");
    }

    public Task<VoidResult> VoidAsync(ChargeReceipt receipt) => till.VoidAsync(receipt);

    public Task<VoidResult> VoidAsync(HoldReceipt hold) => till.VoidAsync(hold);
}
