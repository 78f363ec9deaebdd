using AgentKey.Agents;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Endpoints whose price the gate would not see, or not count as it is meant.</summary>
internal static class GateLimits
{
    /// <exception cref="InvalidOperationException">It is such an endpoint.</exception>
    public static void RequireEnforceable(string endpoint, IList<object> metadata)
    {
        if (IsDynamic(metadata))
        {
            throw LostByRouting(endpoint);
        }

        if (metadata.Any(item => item is CostAttribute or EndpointPrice) && metadata.Any(item => item is HubMetadata or NegotiateMetadata))
        {
            throw new InvalidOperationException(
                $"\"{endpoint}\" has a price, and is for connections: one connection is several requests, and the calls on it are none. "
                + "Give it a scope alone, and charge for the work: with a tagged method of a class that the calls use.");
        }
    }

    /// <summary>Whether routing puts another endpoint in its place, which knows nothing of what is said of this one.</summary>
    public static bool IsDynamic(IEnumerable<object> metadata) => metadata.OfType<IDynamicEndpointMetadata>().Any(dynamic => dynamic.IsDynamic);

    public static InvalidOperationException LostByRouting(string? endpoint) => new(
        $"The route \"{endpoint}\" only finds a page or a controller, which would run without the scope and the price of the route: "
        + "put them on the page or the controller itself.");
}
