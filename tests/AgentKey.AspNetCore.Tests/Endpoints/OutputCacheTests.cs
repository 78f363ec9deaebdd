using System.Net;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>Output caching answers before an endpoint runs, so nothing of a guarded endpoint may be in it.</summary>
public sealed class OutputCacheTests
{
    [Fact]
    public async Task Who_comes_second_pays_too()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(30, "proxy.chat");

        using var first = await application.PostAsync(key);
        using var second = await application.PostAsync(key);
        using var third = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        await third.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(2, application.Runs);
        Assert.Equal(Cost.FromCents(30), await application.SpentAsync(key));
    }

    [Fact]
    public async Task A_paid_answer_is_not_for_others_and_a_refusal_not_for_who_can_pay()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(15, "proxy.chat");
        var stranger = await application.MintAsync(15, "docs.read");

        using var before = await application.PostAsync(stranger);
        using var paid = await application.PostAsync(key);
        using var after = await application.PostAsync(stranger);
        using var nobody = await application.PostAsync(key: null);

        await before.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Equal("done", await paid.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await after.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        await nobody.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
    }

    [Fact]
    public async Task A_key_reads_its_own_document_and_not_the_one_of_who_asked_before()
    {
        await using var application = await StartWithBasePolicyAsync(endpoints => endpoints.MapAgentKeys());
        foreach (var key in new[] { await KeyFolder.MintAsync(application.Keys), await KeyFolder.MintAsync(application.Keys) })
        {
            using var response = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", key);

            Assert.Equal(key.Key.Id, (await response.JsonAsync()).GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task The_dashboard_shows_what_is_and_not_what_was()
    {
        await using var application = await StartWithBasePolicyAsync(endpoints => endpoints.MapAgentKeyDashboard().RequireAuthorization("anybody"));
        for (var i = 0; i < 2; i++)
        {
            var key = await KeyFolder.MintAsync(application.Keys);
            using var response = await application.SendAsync(HttpMethod.Get, "/agentkey/", key: null);

            Assert.Contains($"keys/{key.Key.Id}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    private static Task<KeyedApplication> StartWithBasePolicyAsync(Action<IEndpointRouteBuilder> map) => KeyedApplication.StartAsync(
        endpoints =>
        {
            ((IApplicationBuilder)endpoints).UseOutputCache();
            map(endpoints);
        },
        services: services =>
        {
            services.AddOutputCache(options => options.AddBasePolicy(policy => policy.AddPolicy<EverythingPolicy>(), excludeDefaultPolicy: true));
            services.AddAgentKeyDashboard().AddAuthorizationBuilder().AddPolicy("anybody", policy => policy.RequireAssertion(_ => true));
        });

    private static Task<PaidApplication> StartAsync() => PaidApplication.StartAsync(
        endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15).CacheOutput(policy => policy.AddPolicy<EverythingPolicy>(), excludeDefaultPolicy: true),
        services: services => services.AddOutputCache(),
        use: application => application.UseOutputCache());

    /// <summary>Caches what the default policy does not: answers to those who say who they are, and of any status.</summary>
    private sealed class EverythingPolicy : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = true;
            context.AllowCacheStorage = true;
            context.AllowLocking = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
