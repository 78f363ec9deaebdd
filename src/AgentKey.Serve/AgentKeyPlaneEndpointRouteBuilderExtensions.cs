using System.Diagnostics.CodeAnalysis;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Serve.AdminPlane;
using AgentKey.Serve.DataPlane;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        routes.Map("POST", "/validate", DataEndpoints.ValidateAsync, "Whose key it is, and what it has left. Charges nothing.", typeof(CallerBody), typeof(KeyDocument)).Identifies();
        routes.Map("POST", "/charges", DataEndpoints.ChargeAsync, "Validates and charges in one atomic step, before the work.", typeof(ChargeBody), typeof(ChargeDocument)).Pays().MayBeRepeated();
        routes.Map("POST", "/charges/{id}/void", DataEndpoints.VoidChargeAsync, "Returns a charge whose work failed.", null, typeof(VoidedDocument)).HasStates();
        routes.Map("POST", "/holds", DataEndpoints.HoldAsync, "Validates and reserves an amount, for work whose cost is known afterwards.", typeof(HoldBody), typeof(HoldDocument)).Pays().MayBeRepeated();
        routes.Map("POST", "/holds/{id}/settle", DataEndpoints.SettleAsync, "Spends the actual cost of a hold and returns the rest.", typeof(SettleBody), typeof(SettledDocument)).HasStates().MayBeRepeated();
        routes.Map("POST", "/holds/{id}/extend", DataEndpoints.ExtendAsync, "Lets a hold live longer, counted from now.", typeof(ExtendBody), typeof(ExtendedDocument)).HasStates();
        routes.Map("POST", "/holds/{id}/void", DataEndpoints.VoidHoldAsync, "Returns a hold whose work failed or never began.", null, typeof(VoidedDocument)).HasStates();
        return routes.Group;
    }

    /// <summary>
    /// Maps what operators do: create, list, read, rotate, revoke, raise and cap keys, read usage. Each request needs an admin
    /// token as bearer, and each change is a line in the log category <c>AgentKey.Audit</c>.
    /// </summary>
    /// <remarks>Needs <see cref="AgentKeys"/> in the services, and <see cref="AddAgentKeyAdminPlane"/>. Whoever has the token can make any key: map it where only operators can reach it.</remarks>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="tokens">The tokens of the operators.</param>
    /// <param name="prefix">The path that everything stands below.</param>
    public static IEndpointConventionBuilder MapAgentKeyAdminPlane(
        this IEndpointRouteBuilder endpoints, AccessTokens tokens, [StringSyntax("Route")] string prefix = "/admin/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(tokens);
        var routes = new PlaneRoutes(endpoints.MapGroup(prefix), Plane.Admin, tokens);
        var ofAccount = ("account", "Only a key of this account is found.");
        routes.Map("POST", "/keys", AdminEndpoints.CreateAsync, "Makes a key. Its secret is in this answer only.", typeof(KeyBody), typeof(MintedDocument), StatusCodes.Status201Created).Narrows().Mints();
        routes.Map("GET", "/keys", AdminEndpoints.ListAsync, "Lists keys by id, without their secrets.", null, typeof(KeyListDocument))
            .Asks(("account", "Only keys of this account."), ("dead", "true: also revoked and expired keys."), ("after", "Only keys after this id: the after of the page before."), ("limit", "The most keys, 1 to 1000; 100 unless given."));
        routes.Map("GET", "/keys/{id}", AdminEndpoints.ReadAsync, "One key, as it stands now.", null, typeof(KeyDocument)).Asks(ofAccount);
        routes.Map("POST", "/keys/{id}/rotate", AdminEndpoints.RotateAsync, "A new secret for the key.", typeof(RotateRequest), typeof(MintedDocument)).Mints().Asks(ofAccount);
        routes.Map("POST", "/keys/{id}/revoke", AdminEndpoints.RevokeAsync, "Ends the key and all below it.", typeof(RevokeBody), typeof(RevokedDocument)).Asks(ofAccount);
        routes.Map("POST", "/keys/{id}/raise", AdminEndpoints.RaiseAsync, "More money for a while; the cap stays.", typeof(RaiseBody), typeof(KeyDocument)).Asks(ofAccount);
        routes.Map("POST", "/keys/{id}/budget", AdminEndpoints.ChangeCapAsync, "Another cap for good; the period, and what is spent and held, stay.", typeof(CapBody), typeof(KeyDocument)).Narrows().Asks(ofAccount);
        routes.Map("POST", "/subjects", AdminEndpoints.EnsureSubjectAsync, "The key of an identity that applications verify: made once, found ever after.", typeof(SubjectBody), typeof(KeyDocument)).Narrows();
        routes.Map("GET", "/usage", AdminEndpoints.ReadUsageAsync, "What was spent.", null, typeof(UsageDocument)).MayFindNothing()
            .Asks(("by", "key, tool, scope or day; tool unless given."), ("key", "Only this key."), ("account", "Together with key: only a key of this account is found."), ("since", "Only from this instant on, e.g. 2026-11-01T00:00:00Z."), ("until", "Only before this instant."));
        return routes.Group;
    }

    /// <summary>Adds what <see cref="MapAgentKeyAdminPlane"/> remembers of requests with an <c>Idempotency-Key</c>: for a day, in this process.</summary>
    public static IServiceCollection AddAgentKeyAdminPlane(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<KeptMints>();
        return services;
    }
}
