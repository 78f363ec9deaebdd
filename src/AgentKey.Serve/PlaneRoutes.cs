using AgentKey.AspNetCore.SelfServe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace AgentKey.Serve;

/// <summary>Maps the endpoints of one plane, each behind its gate.</summary>
internal sealed class PlaneRoutes(IEndpointRouteBuilder endpoints, Plane plane, AccessTokens tokens)
{
    private readonly RouteGroupBuilder _group = endpoints.MapGroup("").WithMetadata(new BodyLimit(), plane);

    public IEndpointConventionBuilder Group => _group;

    // A plain delegate needs no reflection to run; for documents it has to be described by hand.
    public PlaneRoute Map(string method, string pattern, RequestDelegate handler, string summary, Type? body, Type answer, int status = StatusCodes.Status200OK)
    {
        var route = new PlaneRoute();
        var endpoint = _group.MapMethods(pattern, [method], new PlaneGate(plane, tokens, route, handler).InvokeAsync).WithMetadata(
            handler.Method,
            route,
            new EndpointSummaryAttribute(summary),
            new TagsAttribute(plane.Name),
            new ProducesResponseTypeMetadata(status, answer, ["application/json"]));
        if (body is not null)
        {
            endpoint.WithMetadata(new AcceptsMetadata(["application/json"], body));
        }

        return route.WithPathParameters(pattern);
    }
}
