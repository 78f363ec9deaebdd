using AgentKey.Agents;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Controllers;
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
        var name = NameOf(endpoint);
        if (endpoint.Metadata.OfType<EndpointPolicy>().Any()
            || EndpointPolicy.Find(name, endpoint.Metadata) is not { } policy
            || endpoint.RequestDelegate is not { } handler)
        {
            return;
        }

        GateRegistration.Require(endpoint.ApplicationServices, $"The endpoint \"{name}\"");
        GateLimits.RequireEnforceable(name, endpoint.Metadata);
        endpoint.Metadata.Add(policy);
        endpoint.RequestDelegate = new EndpointGate(policy, handler).InvokeAsync;
    }

    /// <summary>Closes the endpoint where no keys are registered, and so nothing puts the gate in when routing selects it.</summary>
    /// <exception cref="InvalidOperationException">The application registers no keys.</exception>
    public static void LeaveToRouting(EndpointBuilder endpoint)
    {
        GateRegistration.Require(endpoint.ApplicationServices, $"The endpoint \"{NameOf(endpoint)}\"");
        endpoint.Metadata.Add(KeysOnly);
    }

    /// <summary>The endpoint as the ledger names it, e.g. <c>POST /api/proxy</c>.</summary>
    public static string NameOf(EndpointBuilder endpoint)
    {
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        var path = NameOfAction(endpoint) ?? (endpoint as RouteEndpointBuilder)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "(endpoint)";
        return methods.Count == 0 ? path : $"{string.Join('|', methods)} {path}";
    }

    /// <summary>An action that has no route of its own shares the one that finds it with others, and so its pattern is no name.</summary>
    private static string? NameOfAction(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<ControllerActionDescriptor>().LastOrDefault() is not { AttributeRouteInfo: null } action)
        {
            return null;
        }

        var name = $"{action.ControllerName}/{action.ActionName}";
        return action.RouteValues.TryGetValue("area", out var area) && !string.IsNullOrEmpty(area) ? $"{area}/{name}" : name;
    }
}
