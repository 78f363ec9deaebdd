using System.Net;
using AgentKey.Agents;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class AttributeTests
{
    [Theory]
    [InlineData("/minimal")]
    [InlineData("/controller/chat")]
    [InlineData("/named/chat")]
    [InlineData("/group/inside")]
    public async Task Tagged_code_is_charged_whatever_kind_of_endpoint_it_is(string path)
    {
        await using var application = await StartAsync();
        Assert.StartsWith("GET ", (await application.IsPaidOnceAsync(path)).Tool, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row68_AllowAnonymous_beside_a_scope_lets_nobody_in_for_free()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var nobody = await application.SendAsync(HttpMethod.Get, "/anonymous", key: null);
        using var somebody = await application.SendAsync(HttpMethod.Get, "/anonymous", key);

        await nobody.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Equal("chat", await somebody.Content.ReadAsStringAsync());
        Assert.Single(await LedgerAsync(application, key));
    }

    [Theory]
    [InlineData("/price-without-scope")]
    [InlineData("/price-by-argument")]
    [InlineData("/two-scopes")]
    public async Task Row69_What_cannot_be_enforced_does_not_run(string path)
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var response = await application.SendAsync(HttpMethod.Get, path, key);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await LedgerAsync(application, key));
    }

    [Fact]
    public async Task Row69_A_price_without_a_scope_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => KeyedApplication.StartAsync(map: endpoints => endpoints.MapGet("/x", () => "x").WithCost(15)));

        Assert.Contains("GET /x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_registration_a_tagged_endpoint_fails_instead_of_running_for_free()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var application = builder.Build();
        var runs = 0;
        application.MapGet("/chat", () => ++runs).RequireAgentScope("proxy.chat").WithCost(15);
        await application.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
        using var response = await client.GetAsync("/chat");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task Under_another_default_scheme_and_a_strict_fallback_the_key_is_still_found()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapGet("/chat", () => "chat").RequireAgentScope("proxy.chat").WithCost(15),
            services: services =>
            {
                services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
                services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var response = await application.SendAsync(HttpMethod.Get, "/chat", key);
        using var nobody = await application.SendAsync(HttpMethod.Get, "/chat", key: null);

        Assert.Equal("chat", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task Authorization_comes_first_and_a_call_that_it_refuses_costs_nothing()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapGet("/chat", () => "chat").RequireAgentScope("proxy.chat").WithCost(15).RequireAuthorization("nobody"));
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var response = await application.SendAsync(HttpMethod.Get, "/chat", key);

        await response.IsProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Empty(await LedgerAsync(application, key));
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(Map, services: services => services.AddControllers().AddApplicationPart(typeof(TaggedController).Assembly));

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/minimal", [AgentScope("proxy.chat"), Cost(15)] () => "chat");
        endpoints.MapGet("/anonymous", [AllowAnonymous, AgentScope("proxy.chat"), Cost(15)] () => "chat");
        endpoints.MapGet("/price-without-scope", [Cost(15)] () => "chat");
        endpoints.MapGet("/price-by-argument", [AgentScope("proxy.chat"), Cost(1, Per = "words")] (int words = 1) => $"chat {words}");
        endpoints.MapGet("/two-scopes", [AgentScope("proxy.chat")] () => "chat").WithMetadata(new AgentScopeAttribute("proxy.other"));
        endpoints.MapGroup("/group").RequireAgentScope("proxy.chat").WithCost(15).MapGet("/inside", () => "chat");
        endpoints.MapControllers();
    }

    private static Task<List<AgentKey.Storage.LedgerEntry>> LedgerAsync(KeyedApplication application, CreatedKey key) =>
        application.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync().AsTask();
}
