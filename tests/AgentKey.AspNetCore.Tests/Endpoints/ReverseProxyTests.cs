using System.Net;
using AgentKey.AspNetCore.Tests.Examples;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>YARP, whose endpoints know no convention that comes last.</summary>
public sealed class ReverseProxyTests
{
    private static readonly Dictionary<string, string> KeepsTheKey = new() { ["RequestHeaderRemove"] = "Authorization" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row71_A_call_is_paid_before_it_is_handed_on_and_the_key_can_stay_here()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var application = await StartAsync(
            upstream, proxy => proxy.RequireAgentScope("proxy.chat").WithCost(15).WithRateLimit(1, TimeSpan.FromDays(1)), KeepsTheKey);
        var key = await KeyFolder.MintAsync(application.Keys, 100, "proxy.chat");

        using var unknown = await PostAsync(application, null);
        using var paid = await PostAsync(application, key);
        using var limited = await PostAsync(application, key);

        await unknown.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Contains("[DONE]", await paid.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await limited.IsProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(Cost.FromCents(15), (await application.Keys.FindAsync(key.Key.Id, Cancel))!.Spent);
        Assert.DoesNotContain("Authorization", Assert.Single(upstream.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("price")]
    [InlineData("limit")]
    public async Task A_price_or_a_limit_without_a_scope_hands_nothing_on(string what)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var application = await StartAsync(upstream, proxy => _ = what == "price" ? proxy.WithCost(15) : proxy.WithConcurrencyLimit(1));
        var key = await KeyFolder.MintAsync(application.Keys, 100, "proxy.chat");

        using var response = await PostAsync(application, key);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(upstream.Requests);
    }

    private static Task<KeyedApplication> StartAsync(
        Upstream upstream, Action<ReverseProxyConventionBuilder> guard, params IReadOnlyDictionary<string, string>[] transforms) =>
        KeyedApplication.StartAsync(
            endpoints => guard(endpoints.MapReverseProxy()),
            services: services => services.AddReverseProxy().LoadFromMemory(
                [new RouteConfig { RouteId = "up", ClusterId = "up", Match = new RouteMatch { Path = "/v1/{**rest}" }, Transforms = transforms }],
                [new ClusterConfig
                {
                    ClusterId = "up",
                    Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream.Address.GetLeftPart(UriPartial.Authority) } },
                }]));

    private static Task<HttpResponseMessage> PostAsync(KeyedApplication application, CreatedKey? key) =>
        application.SendAsync(HttpMethod.Post, "/v1/chat/completions", key, "{}");
}
