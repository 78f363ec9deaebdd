using System.Diagnostics.CodeAnalysis;
using AgentKey.Agents;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
    public static IEndpointConventionBuilder MapAgentKeys(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string prefix = "/agent-keys",
        Action<AgentKeyEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new AgentKeyEndpointOptions();
        configure?.Invoke(options);
        options.SignUp?.Validate();

        var group = endpoints.MapGroup(prefix).WithMetadata(new BodyLimit());
        var own = group.MapGroup("").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = CallerIdentity.Scheme });
        own.MapGet("/self", Guarded(KeyEndpoints.ReadOwnAsync));
        own.MapGet("/self/usage", Guarded(KeyEndpoints.ReadUsageAsync));
        own.MapPost("/self/rotate", Guarded(KeyEndpoints.RotateOwnAsync));
        own.MapPost("", Guarded(KeyEndpoints.MintAsync));
        own.MapGet("/{id}", Guarded(KeyEndpoints.ReadBelowAsync));
        own.MapDelete("/{id}", Guarded(KeyEndpoints.RevokeBelowAsync));
        if (options.SignUp is { } signUp)
        {
            var desk = new SignUp(signUp);
            endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(desk.Dispose);
            group.MapPost("/sign-up", Guarded(desk.RunAsync)).AllowAnonymous();
        }

        return group;
    }

    private static RequestDelegate Guarded(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (InvalidFieldException invalid)
        {
            await RefusalResponse.WriteAsync(context, invalid).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            await RefusalResponse.WriteUnavailableAsync(context).ConfigureAwait(false);
        }
    };
}
