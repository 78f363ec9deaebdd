using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentKey.AspNetCore;

/// <summary>Tells an orchestrator whether calls can be paid for.</summary>
public static class AgentKeysHealthChecksBuilderExtensions
{
    /// <summary>Adds the check <c>agentkey</c>: the store answers, and its table is there in the expected form.</summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="failureStatus">What a failure means; unhealthy when <see langword="null"/>.</param>
    public static IHealthChecksBuilder AddAgentKeys(this IHealthChecksBuilder builder, HealthStatus? failureStatus = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        GateRegistration.AddTo(builder.Services);
        return builder.AddCheck<AgentKeysHealthCheck>("agentkey", failureStatus);
    }
}
