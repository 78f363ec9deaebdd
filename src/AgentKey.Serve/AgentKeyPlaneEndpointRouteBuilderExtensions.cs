using System.Diagnostics.CodeAnalysis;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Serve.DataPlane;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace AgentKey.Serve;

/// <summary>Maps the planes of the sidecar into an application. <see cref="KeyServer"/> is an application that has nothing else.</summary>
public static class AgentKeyPlaneEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps what applications ask: validate, charge, hold, settle, extend, void. Each request needs a token of the
    /// application as bearer; the agent's key is in the body.
    /// </summary>
    /// <remarks>Needs <see cref="AgentKeys"/> in the services.</remarks>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="tokens">The tokens of the applications.</param>
    /// <param name="prefix">The path that everything stands below.</param>
    public static IEndpointConventionBuilder MapAgentKeyDataPlane(
        this IEndpointRouteBuilder endpoints, AccessTokens tokens, [StringSyntax("Route")] string prefix = "/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(tokens);
        var routes = new PlaneRoutes(endpoints.MapGroup(prefix), Plane.Data, tokens);
        routes.Map("POST", "/validate", DataEndpoints.ValidateAsync, "Whose key it is, and what it has left. Charges nothing.", typeof(CallerBody), typeof(KeyDocument));
        routes.Map("POST", "/charges", DataEndpoints.ChargeAsync, "Validates and charges in one atomic step, before the work.", typeof(ChargeBody), typeof(ChargeDocument));
        routes.Map("POST", "/charges/{id}/void", DataEndpoints.VoidChargeAsync, "Returns a charge whose work failed.", null, typeof(VoidedDocument));
        routes.Map("POST", "/holds", DataEndpoints.HoldAsync, "Validates and reserves an amount, for work whose cost is known afterwards.", typeof(HoldBody), typeof(HoldDocument));
        routes.Map("POST", "/holds/{id}/settle", DataEndpoints.SettleAsync, "Spends the actual cost of a hold and returns the rest.", typeof(SettleBody), typeof(SettledDocument));
        routes.Map("POST", "/holds/{id}/extend", DataEndpoints.ExtendAsync, "Lets a hold live longer, counted from now.", typeof(ExtendBody), typeof(ExtendedDocument));
        routes.Map("POST", "/holds/{id}/void", DataEndpoints.VoidHoldAsync, "Returns a hold whose work failed or never began.", null, typeof(VoidedDocument));
        return routes.Group;
    }
}
