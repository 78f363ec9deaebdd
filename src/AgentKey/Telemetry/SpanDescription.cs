using System.Diagnostics;
using AgentKey.Charging;

namespace AgentKey.Telemetry;

/// <summary>What a decision adds to a span: to its own, and to the tool's, which somebody else has opened.</summary>
internal static class SpanDescription
{
    public static void Describe(this Activity? span, string? keyId, ChargeRequest request, SpendingAnswer answer)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("agentkey.decision", answer.Denial?.Code ?? "allowed");
        span.SetTag("agentkey.cost", request.Cost.MicroCents);
        span.SetTag("agentkey.scope", request.Scope);
        span.SetTag("agentkey.key.id", keyId);
        span.SetTag("agentkey.budget.remaining", (answer.Denial?.Remaining ?? answer.Remaining)?.MicroCents);
    }
}
