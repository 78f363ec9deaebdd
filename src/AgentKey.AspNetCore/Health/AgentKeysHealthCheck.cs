using AgentKey.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentKey.AspNetCore.Health;

/// <summary>Asks the store what every charge needs: that it answers, and that its table has the expected form.</summary>
internal sealed class AgentKeysHealthCheck(AgentKeys keys) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await keys.PingAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (fault is StoreUnavailableException or SchemaException)
        {
            // Its message tells what to do, and holds no credentials.
            return new HealthCheckResult(context.Registration.FailureStatus, fault.Message, fault);
        }
    }
}
