using AgentKey.AspNetCore.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Keeps an application that forgot to register keys from running for free what it tagged.</summary>
internal static class GateRegistration
{
    /// <summary>
    /// Finds the endpoints that are tagged with attributes alone. Whatever registers anything of this package calls it:
    /// where no keys are registered, those endpoints then fail instead of running for everybody.
    /// </summary>
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, AgentScopeMatcherPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<MvcOptions>, UngatedActions>());
    }

    /// <param name="services">The application's.</param>
    /// <param name="what">What cannot be guarded without keys.</param>
    /// <exception cref="InvalidOperationException">The application registers no keys.</exception>
    public static void Require(IServiceProvider services, string what)
    {
        // A controller in a group is built without services, and can only fail when it is called.
        if (services.GetService<IServiceProviderIsService>() is { } known && !known.IsService(typeof(KeyRateLimiters)))
        {
            throw new InvalidOperationException($"{what} needs the authentication of keys: call builder.Services.AddAuthentication().AddAgentKeys().");
        }
    }
}
