using System.Net;
using AgentKey.Agents;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class ControllerRouteTests
{
    [Theory]
    [InlineData("/Conventional/Chat")]
    [InlineData("/fallback/x")]
    [InlineData("/dynamic/x")]
    [InlineData("/group/dynamic/x")]
    public async Task A_tagged_action_is_charged_by_its_name_whichever_route_finds_it(string path)
    {
        await using var application = await StartAsync(Map);
        Assert.Equal("Conventional/Chat", (await application.IsPaidOnceAsync(path)).Tool);
    }

    [Fact]
    public async Task The_ledger_tells_the_actions_of_one_route_apart()
    {
        await using var application = await StartAsync(Map);
        var key = await KeyFolder.MintAsync(application.Keys, 30, "proxy.chat");

        using var chat = await application.SendAsync(HttpMethod.Get, "/Conventional/Chat", key);
        using var drawing = await application.SendAsync(HttpMethod.Post, "/Conventional/Draw", key);

        Assert.Equal("drawing", await drawing.Content.ReadAsStringAsync());
        var tools = await application.Keys.ReadLedgerAsync(key.Key.Id).Select(entry => entry.Tool).ToListAsync();
        Assert.Equal(["Conventional/Chat", "POST Conventional/Draw"], tools.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_price_for_all_controllers_is_charged_at_each_action()
    {
        await using var application = await StartAsync(endpoints =>
            endpoints.MapControllerRoute("conventional", "{controller}/{action}").RequireAgentScope("proxy.chat").WithCost(15));
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var first = await application.SendAsync(HttpMethod.Get, "/Untagged/Open", key);
        using var second = await application.SendAsync(HttpMethod.Get, "/Untagged/Open", key);

        Assert.Equal("open", await first.Content.ReadAsStringAsync());
        await second.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal("Untagged/Open", Assert.Single(await application.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync()).Tool);
    }

    [Theory]
    [InlineData("page")]
    [InlineData("controller")]
    [InlineData("group")]
    public async Task A_price_that_routing_would_lose_stops_the_start(string route)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(endpoints => Price(endpoints, route)));

        Assert.Contains("on the page or the controller itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_routing_would_lose_runs_nothing()
    {
        await using var application = await StartAsync(endpoints => endpoints
            .MapFallbackToController("/fallback/{*rest}", "Open", "Untagged")
            .WithMetadata(new AgentScopeAttribute("proxy.chat"), new CostAttribute(15)));

        using var nobody = await application.SendAsync(HttpMethod.Get, "/fallback/x", key: null);

        Assert.Equal(HttpStatusCode.InternalServerError, nobody.StatusCode);
        Assert.Contains("on the page or the controller itself", application.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tagged_action_runs_nothing_where_routing_is_older_than_endpoints()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => ((IApplicationBuilder)endpoints).UseMvcWithDefaultRoute(),
            services: services => services.AddMvc(options => options.EnableEndpointRouting = false).AddApplicationPart(typeof(ConventionalController).Assembly));

        using var untagged = await application.SendAsync(HttpMethod.Get, "/Untagged/Open", key: null);
        using var tagged = await application.SendAsync(HttpMethod.Get, "/Conventional/Chat", key: null);

        Assert.Equal("open", await untagged.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.InternalServerError, tagged.StatusCode);
        Assert.Contains("EnableEndpointRouting", application.Log.Text, StringComparison.Ordinal);
    }

    private static Task<KeyedApplication> StartAsync(Action<IEndpointRouteBuilder> map) => KeyedApplication.StartAsync(map, services: services =>
    {
        services.AddSingleton<ToChat>();
        services.AddRazorPages();
        services.AddControllers().AddApplicationPart(typeof(ConventionalController).Assembly);
    });

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapControllerRoute("conventional", "{controller}/{action}");
        endpoints.MapFallbackToController("/fallback/{*rest}", "Chat", "Conventional");
        endpoints.MapDynamicControllerRoute<ToChat>("/dynamic/{rest}");
        endpoints.MapGroup("/group").MapDynamicControllerRoute<ToChat>("/dynamic/{rest}");
    }

    private static void Price(IEndpointRouteBuilder endpoints, string route)
    {
        switch (route)
        {
            case "page":
                endpoints.MapFallbackToPage("/fallback/{*rest}", "/Open").RequireAgentScope("proxy.chat").WithCost(15);
                break;
            case "controller":
                endpoints.MapFallbackToController("/fallback/{*rest}", "Open", "Untagged").RequireAgentScope("proxy.chat").WithCost(15);
                break;
            default:
                endpoints.MapGroup("/group").RequireAgentScope("proxy.chat").WithCost(15).MapDynamicControllerRoute<ToChat>("/dynamic/{rest}");
                break;
        }
    }

    private sealed class ToChat : DynamicRouteValueTransformer
    {
        public override ValueTask<RouteValueDictionary> TransformAsync(HttpContext httpContext, RouteValueDictionary values) =>
            ValueTask.FromResult(new RouteValueDictionary { ["controller"] = "Conventional", ["action"] = "Chat" });
    }
}
