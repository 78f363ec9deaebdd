using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Keys;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A till whose caller leaves between a decision and its answer: that of a charge, or that of a hold.</summary>
internal sealed class LeftTill(ITill till, Action leave, bool isLeftAtHold = false) : PassingTill(till)
{
    public override async ValueTask<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken) =>
        Leave(!isLeftAtHold, await base.ChargeAsync(caller, request, cancellationToken));

    public override async ValueTask<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Leave(isLeftAtHold, await base.HoldAsync(caller, upTo, timeToLive, cancellationToken));

    private T Leave<T>(bool isNow, T decision)
    {
        if (isNow)
        {
            leave();
        }

        return decision;
    }
}
