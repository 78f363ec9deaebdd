using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>Says yes at once, with one and the same answer: what is left is the cost of the guard.</summary>
internal sealed class AlwaysYesTill(ChargeDecision yes) : ITill
{
    /// <summary>How many charges were given back.</summary>
    public int Voided { get; private set; }

    public ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) => new(yes);

    public ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Only fixed prices are measured.");

    public Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive) => throw new NotSupportedException("Nothing was held.");

    public Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual) => throw new NotSupportedException("Nothing was held.");

    public Task<VoidResult> VoidAsync(ChargeReceipt receipt)
    {
        Voided++;
        return Task.FromResult(VoidResult.Voided);
    }

    public Task<VoidResult> VoidAsync(HoldReceipt hold) => throw new NotSupportedException("Nothing was held.");
}
