using System.Diagnostics.Metrics;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentKey.Agents;

/// <summary>Registers the front door and the guard.</summary>
public static class AgentKeysServiceCollectionExtensions
{
    /// <summary>Registers <see cref="AgentKeys"/> and <see cref="ToolGuard"/> as singletons. Registering twice changes nothing.</summary>
    /// <param name="services">The services.</param>
    /// <param name="openStore">Opens the store; called once, at first use.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IServiceCollection AddAgentKeys(
        this IServiceCollection services, Func<IServiceProvider, IKeyStore> openStore, Action<AgentKeysOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(openStore);
        services.TryAddSingleton(provider =>
        {
            var options = new AgentKeysOptions { MeterFactory = provider.GetService<IMeterFactory>() };
            configure?.Invoke(options);
            return new AgentKeys(openStore(provider), options);
        });
        services.TryAddSingleton<ToolGuard>();
        return services;
    }
}
