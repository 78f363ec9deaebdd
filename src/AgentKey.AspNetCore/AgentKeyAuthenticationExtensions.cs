using AgentKey.Agents;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore;

/// <summary>Adds bearer authentication with agent keys.</summary>
public static class AgentKeyAuthenticationExtensions
{
    /// <summary>Adds the scheme <see cref="CallerIdentity.Scheme"/>. Needs <see cref="AgentKeys"/> in the services.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static AuthenticationBuilder AddAgentKeys(this AuthenticationBuilder builder, Action<AgentKeyAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddProblemDetails();
        return builder.AddScheme<AgentKeyAuthenticationOptions, AgentKeyAuthenticationHandler>(CallerIdentity.Scheme, configure);
    }
}
