using System.Diagnostics.CodeAnalysis;
using AgentKey.AspNetCore.Dashboard;
using AgentKey.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AgentKey.AspNetCore;

/// <summary>A place for operators to see who spends what, and to stop it.</summary>
public static class AgentKeyDashboardExtensions
{
    /// <summary>Adds what <see cref="MapAgentKeyDashboard"/> needs: antiforgery, and the check that nobody can open it unasked.</summary>
    public static IServiceCollection AddAgentKeyDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        GateRegistration.AddTo(services);
        services.AddAntiforgery();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DashboardCheck>());
        return services;
    }

    /// <summary>
    /// Maps the dashboard: all keys of all accounts, their budgets, spending and ledgers, and the buttons that revoke,
    /// rotate and raise. It is for operators: whoever may open it may do all of that.
    /// </summary>
    /// <remarks>
    /// Call <c>RequireAuthorization("a policy")</c> on the result: an application whose dashboard everybody could open does
    /// not start. The policy has to name operators; a request that presents an agent's key is refused whatever the policy says.
    /// </remarks>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="prefix">The path that everything stands below.</param>
    /// <exception cref="InvalidOperationException"><see cref="AddAgentKeyDashboard"/> was not called.</exception>
    public static IEndpointConventionBuilder MapAgentKeyDashboard(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "/agentkey")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (!endpoints.ServiceProvider.GetServices<IHostedService>().OfType<DashboardCheck>().Any()
            || endpoints.ServiceProvider.GetService<IAntiforgery>() is null)
        {
            throw new InvalidOperationException("The dashboard's services are missing: call builder.Services.AddAgentKeyDashboard().");
        }

        var group = endpoints.MapGroup(prefix);
        ((IEndpointConventionBuilder)group).Finally(DashboardGate.RequireAuthorization);
        group.WithMetadata(new ExcludeFromDescriptionAttribute());
        DashboardRoutes.Map(group);
        return group;
    }
}
