using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.RateLimits;
using AgentKey.AspNetCore.SelfServe;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentKey.AspNetCore;

/// <summary>Adds bearer authentication with agent keys.</summary>
public static class AgentKeyAuthenticationExtensions
{
    /// <summary>Adds the scheme <see cref="CallerIdentity.Scheme"/>, and authorization. Needs <see cref="AgentKeys"/> in the services.</summary>
    /// <remarks>
    /// Authentication refuses nobody who presents no key: require it per endpoint (<c>RequireAuthorization()</c>) or for
    /// all (<c>FallbackPolicy</c>). While the store does not answer, every request that presents a key gets a 503.
    /// </remarks>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static AuthenticationBuilder AddAgentKeys(this AuthenticationBuilder builder, Action<AgentKeyAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddAuthorization();
        builder.Services.TryAddSingleton<FailedKeyLimiter>();
        builder.Services.TryAddSingleton<KeyRateLimiters>();
        builder.Services.TryAddSingleton<KeptAnswers>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ClientPresence>());
        GateRegistration.AddTo(builder.Services);

        // Documents describe the endpoints of keys by the application's options, which know nothing of them without reflection.
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Add(SelfServeJson.Default));
        return builder.AddScheme<AgentKeyAuthenticationOptions, AgentKeyAuthenticationHandler>(CallerIdentity.Scheme, configure);
    }
}
