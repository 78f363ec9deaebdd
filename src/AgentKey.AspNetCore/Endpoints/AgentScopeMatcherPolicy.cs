using System.Runtime.CompilerServices;
using AgentKey.Agents;
using AgentKey.AspNetCore.RateLimits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// Puts the gate into endpoints that are tagged with attributes alone, or built by who knows no last convention, at the moment when routing selects them: no
/// middleware has to be remembered, and none can be forgotten.
/// </summary>
internal sealed class AgentScopeMatcherPolicy(IServiceProvider services) : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _gated = [];

    /// <summary>After all others, which may still replace what is selected.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var tagged = endpoints.Where(NeedsGate).ToList();
        if (tagged.Find(endpoint => GateLimits.IsDynamic(endpoint.Metadata)) is { } lost)
        {
            throw GateLimits.LostByRouting(lost.DisplayName);
        }

        return tagged.Count > 0 || ContainsDynamicEndpoints(endpoints);
    }

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        for (var i = 0; i < candidates.Count; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if (candidates.IsValidCandidate(i) && candidate.Endpoint is { } endpoint && NeedsGate(endpoint))
            {
                candidates.ReplaceEndpoint(i, _gated.GetValue(endpoint, Gate), candidate.Values);
            }
        }

        return Task.CompletedTask;
    }

    private static bool NeedsGate(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<EndpointPolicy>() is null
        && (Has<AgentScopeAttribute>(endpoint) || Has<CostAttribute>(endpoint) || Has<EndpointPrice>(endpoint) || Has<KeyRateLimit>(endpoint));

    private static bool Has<T>(Endpoint endpoint)
        where T : class => endpoint.Metadata.GetMetadata<T>() is not null;

    private Endpoint Gate(Endpoint endpoint)
    {
        if (endpoint.RequestDelegate is not { } handler)
        {
            throw new InvalidOperationException($"The endpoint \"{endpoint.DisplayName}\" is tagged with a scope or a price, and runs nothing that could be guarded.");
        }

        EndpointBuilder builder = endpoint is RouteEndpoint route
            ? new RouteEndpointBuilder(handler, route.RoutePattern, route.Order) { ApplicationServices = services }
            : new FoundEndpointBuilder { RequestDelegate = handler, ApplicationServices = services };
        builder.DisplayName = endpoint.DisplayName;
        foreach (var item in endpoint.Metadata)
        {
            builder.Metadata.Add(item);
        }

        builder.Metadata.Add(GateInstallation.KeysOnly);
        GateInstallation.Install(builder);
        return builder.Build();
    }

    /// <summary>Builds what another route has found, such as an action behind a fallback: it has no route of its own.</summary>
    private sealed class FoundEndpointBuilder : EndpointBuilder
    {
        public override Endpoint Build() => new(RequestDelegate, new EndpointMetadataCollection(Metadata), DisplayName);
    }
}
