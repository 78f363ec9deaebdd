using System.Diagnostics.CodeAnalysis;
using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentKey.AspNetCore;

/// <summary>Lets keys look after themselves over HTTP.</summary>
public static class AgentKeyEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps what a key may do for itself: read itself and its usage, replace its secret, mint keys below it, read and
    /// revoke those. Each needs the key as bearer; another account's key is answered exactly like one that is not there.
    /// </summary>
    /// <remarks>Needs <c>AddAuthentication().AddAgentKeys()</c>. Sign-up is mapped only when it is configured.</remarks>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="prefix">The path that everything stands below.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <exception cref="InvalidFieldException">A setting is out of range.</exception>
    /// <exception cref="InvalidOperationException"><c>AddAuthentication().AddAgentKeys()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapAgentKeys(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string prefix = "/agent-keys",
        Action<AgentKeyEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        GateRegistration.Require(endpoints.ServiceProvider, nameof(MapAgentKeys));
        var options = new AgentKeyEndpointOptions();
        configure?.Invoke(options);
        options.SignUp?.Validate();

        var group = endpoints.MapGroup(prefix).WithMetadata(new BodyLimit());
        var own = group.MapGroup("").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = CallerIdentity.Scheme });
        Map(own, "GET", "/self", KeyEndpoints.ReadOwnAsync, "What the key may do, has spent and has left.", typeof(KeyDocument));
        Map(own, "GET", "/self/usage", KeyEndpoints.ReadUsageAsync, "What the key has spent, by tool, scope or day.", typeof(UsageDocument));
        Map(own, "POST", "/self/rotate", KeyEndpoints.RotateOwnAsync, "A new secret for the key.", typeof(SecretDocument)).Accepts<RotateRequest>();
        Map(own, "POST", "", KeyEndpoints.MintAsync, "A key below this one.", typeof(SecretDocument), StatusCodes.Status201Created).Accepts<ChildRequest>();
        Map(own, "GET", "/{id}", KeyEndpoints.ReadBelowAsync, "A key below this one.", typeof(KeyDocument));
        Map(own, "DELETE", "/{id}", KeyEndpoints.RevokeBelowAsync, "Ends a key below this one, and all below that.", typeof(void), StatusCodes.Status204NoContent);
        if (options.SignUp is { } signUp)
        {
            var desk = new SignUp(signUp);
            endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(desk.Dispose);
            Map(group, "POST", "/sign-up", desk.RunAsync, "An account and a key for a stranger.", typeof(SecretDocument), StatusCodes.Status201Created)
                .Accepts<SignUpRequest>()
                .AllowAnonymous();
        }

        return group;
    }

    // A plain delegate needs no reflection to run; for documents it has to be described by hand.
    private static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder endpoints,
        string method,
        string pattern,
        RequestDelegate handler,
        string summary,
        Type answer,
        int status = StatusCodes.Status200OK) =>
        endpoints.MapMethods(pattern, [method], Guarded(handler)).WithMetadata(
            handler.Method,
            new EndpointSummaryAttribute(summary),
            new TagsAttribute("Agent keys"),
            new ProducesResponseTypeMetadata(status, answer, answer == typeof(void) ? [] : ["application/json"]));

    private static IEndpointConventionBuilder Accepts<T>(this IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new AcceptsMetadata(["application/json"], typeof(T)));

    private static RequestDelegate Guarded(RequestDelegate handler) => async context =>
    {
        OutputCaching.Forbid(context);
        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (InvalidFieldException invalid)
        {
            await RefusalResponse.WriteAsync(context, invalid).ConfigureAwait(false);
        }
        catch (Exception fault) when (UndecidedRequest.IsCausedBy(fault))
        {
            await UndecidedRequest.WriteAsync(context, fault).ConfigureAwait(false);
        }
    };
}
