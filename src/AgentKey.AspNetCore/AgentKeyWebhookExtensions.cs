using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentKey.AspNetCore;

/// <summary>Delivers events by webhook.</summary>
public static class AgentKeyWebhookExtensions
{
    /// <summary>
    /// Delivers what <see cref="AgentKeysOptions.Events"/> asked for to one receiver, signed as Standard Webhooks says.
    /// Each event is accepted once; one that was not accepted is sent again with the same <c>webhook-id</c>, later and
    /// later, so a receiver that answered too late can tell a repetition.
    /// </summary>
    /// <param name="services">The services; <see cref="AgentKeys"/> has to be among them.</param>
    /// <param name="configure">Sets the receiver and the secret.</param>
    /// <exception cref="InvalidFieldException">At start-up, when a setting is missing or out of range.</exception>
    public static IServiceCollection AddAgentKeyWebhooks(this IServiceCollection services, Action<WebhookOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        GateRegistration.AddTo(services);
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WebhookSender>();
        services.AddHostedService<WebhookDispatcher>();
        return services;
    }
}
