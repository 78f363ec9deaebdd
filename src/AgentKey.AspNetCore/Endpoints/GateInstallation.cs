using AgentKey.Agents;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Puts the gate around what an endpoint runs.</summary>
internal static class GateInstallation
{
    /// <summary>Lets authorization look for a key, whatever the application's default scheme is.</summary>
    public static AuthorizeAttribute KeysOnly { get; } = new() { AuthenticationSchemes = CallerIdentity.Scheme };

    /// <summary>Does nothing when the gate is there already.</summary>
    /// <exception cref="InvalidOperationException">What the endpoint says of scopes and prices cannot be enforced.</exception>
    public static void Install(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<EndpointPolicy>().Any()
            || EndpointPolicy.Find(NameOf(endpoint), endpoint.Metadata) is not { } policy
            || endpoint.RequestDelegate is not { } handler)
        {
            return;
        }

        endpoint.Metadata.Add(policy);
        endpoint.RequestDelegate = new EndpointGate(policy, handler).InvokeAsync;
    }

    /// <summary>The endpoint as the ledger names it, e.g. <c>POST /api/proxy</c>.</summary>
    public static string NameOf(EndpointBuilder endpoint)
    {
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        var path = (endpoint as RouteEndpointBuilder)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "(endpoint)";
        return methods.Count == 0 ? path : $"{string.Join('|', methods)} {path}";
    }
}
