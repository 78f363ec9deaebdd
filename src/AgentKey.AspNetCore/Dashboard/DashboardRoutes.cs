using AgentKey.Keys;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>The dashboard's endpoints.</summary>
internal static class DashboardRoutes
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", DashboardGate.Around(ReadListAsync, ""));
        MapGet(endpoints, "/tools", "", context => DashboardGate.WriteAsync(context, ToolsPage.Read()));
        MapGet(endpoints, "/assets/{name}", "../", DashboardAssets.WriteAsync);
        MapGet(endpoints, "/spending.json", "", context => new SpendingChart(Keys(context), Time(context)).WriteAsync(context));
        MapGet(endpoints, "/feed", "", context => FeedOf(context).WriteAsync(context));
        MapGet(endpoints, "/keys/{id}", "../", OfKey("../", async (context, key) => await new KeyPage(Keys(context), Time(context)).ReadAsync(context, key).ConfigureAwait(false)));
        MapAction(endpoints, "revoke", (actions, context, key) => actions.AskRevoke(context, key), (actions, context, key) => actions.RevokeAsync(context, key));
        MapAction(endpoints, "rotate", (actions, context, key) => actions.AskRotate(context, key), (actions, context, key) => actions.RotateAsync(context, key));
        MapAction(endpoints, "raise", (actions, context, key) => actions.AskRaise(context, key), (actions, context, key) => actions.RaiseAsync(context, key));
        MapAction(endpoints, "cap", (actions, context, key) => actions.AskCap(context, key), (actions, context, key) => actions.CapAsync(context, key));
    }

    private static void MapGet(IEndpointRouteBuilder endpoints, string pattern, string root, RequestDelegate handler) =>
        endpoints.MapGet(pattern, DashboardGate.Around(WithoutSlash(handler), root));

    private static void MapAction(
        IEndpointRouteBuilder endpoints,
        string name,
        Func<KeyActions, HttpContext, KeyInfo, Html> ask,
        Func<KeyActions, HttpContext, KeyInfo, Task<Html?>> act)
    {
        const string root = "../../";
        var pattern = $"/keys/{{id}}/{name}";
        MapGet(endpoints, pattern, root, OfKey(root, (context, key) => Task.FromResult<Html?>(ask(Actions(context), context, key))));
        endpoints.MapPost(pattern, DashboardGate.Around(OfKey(root, (context, key) => act(Actions(context), context, key)), root));
    }

    /// <summary>Routing takes a slash at the end for none, and from there every relative link leads elsewhere.</summary>
    private static RequestDelegate WithoutSlash(RequestDelegate handler) => context =>
    {
        if (!HasSlash(context))
        {
            return handler(context);
        }

        Redirect(context, $"../{LastSegment(context)}");
        return Task.CompletedTask;
    };

    /// <summary>The page of one key; nothing is written when the handler has answered by itself.</summary>
    private static RequestDelegate OfKey(string root, Func<HttpContext, KeyInfo, Task<Html?>> pageOf) => async context =>
    {
        if (context.Request.RouteValues["id"] is not string id || await Keys(context).FindAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } key)
        {
            await DashboardGate.RefuseAsync(context, root, StatusCodes.Status404NotFound, "No such key", "There is no key with this id.").ConfigureAwait(false);
            return;
        }

        if (await pageOf(context, key).ConfigureAwait(false) is { } page)
        {
            await DashboardGate.WriteAsync(context, page).ConfigureAwait(false);
        }
    };

    private static async Task ReadListAsync(HttpContext context)
    {
        if (!HasSlash(context))
        {
            // Relative links need the slash.
            Redirect(context, $"{LastSegment(context)}/");
            return;
        }

        await DashboardGate.WriteAsync(context, await new ListPage(Keys(context), FeedOf(context), Time(context)).ReadAsync(context).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static bool HasSlash(HttpContext context) => context.Request.Path.Value!.EndsWith('/');

    /// <summary>The last segment of the address, as it may stand in a header.</summary>
    private static string LastSegment(HttpContext context)
    {
        var path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..];
    }

    // A relative redirect finds the way behind any proxy.
    private static void Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = location + context.Request.QueryString;
    }

    private static Feed FeedOf(HttpContext context) => new(Keys(context), Time(context));

    private static KeyActions Actions(HttpContext context) => new(Keys(context), context.RequestServices.GetRequiredService<IAntiforgery>());

    private static AgentKeys Keys(HttpContext context) => context.RequestServices.GetRequiredService<AgentKeys>();

    private static TimeProvider Time(HttpContext context) => context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
}
