using System.Net;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class BudgetTests
{
    [Fact]
    public async Task Row32_Fifty_calls_at_once_on_a_budget_for_one_run_one()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));
        var key = await application.MintAsync(20, "proxy.chat");

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => application.PostAsync(key)));

        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.Equal(49, responses.Count(response => response.StatusCode == HttpStatusCode.PaymentRequired));
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task A_refusal_says_what_it_would_have_cost_what_is_left_and_who_refused()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(0.25m));
        var key = await application.MintAsync(0, "proxy.chat");

        using var response = await application.PostAsync(key);

        var problem = await response.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(0.25m, problem.GetProperty("costCents").GetDecimal());
        Assert.Equal(0, problem.GetProperty("remainingCents").GetDecimal());
        Assert.Equal($"key:{key.Key.Id}", problem.GetProperty("refusedBy").GetString());
        Assert.Equal("https://iana.org/assignments/http-problem-types#quota-exceeded", problem.GetProperty("type").GetString());
        Assert.Equal("budget", Assert.Single(problem.GetProperty("violated-policies").EnumerateArray()).GetString());
        Assert.False(problem.TryGetProperty("resetsAt", out _));
        Assert.Null(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_budget_that_resets_says_when()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));
        var key = await MintDailyAsync(application, 10);

        using var response = await application.PostAsync(key);

        var problem = await response.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(DateTimeOffset.UtcNow.UtcDateTime.Date.AddDays(1), problem.GetProperty("resetsAt").GetDateTime().Date, TimeSpan.FromDays(1));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task The_owner_may_choose_another_status(int status)
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            services: services => services.Configure<AgentKeyHttpOptions>(options => options.BudgetExhaustedStatus = status));
        var key = await application.MintAsync(10, "proxy.chat");

        using var response = await application.PostAsync(key);

        await response.IsProblemAsync((HttpStatusCode)status, "budget_exhausted");
    }

    [Fact]
    public void A_status_that_clients_would_misread_is_refused_by_name() =>
        Assert.Equal("BudgetExhaustedStatus", Assert.Throws<InvalidFieldException>(() => new AgentKeyHttpOptions { BudgetExhaustedStatus = 503 }).Field);

    [Fact]
    public async Task Who_paid_reads_what_is_left_in_the_headers()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(14.5m));
        var daily = await MintDailyAsync(application, 100);
        var unlimited = await application.Server.Keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("proxy.chat"), Budget = null });

        using var capped = await application.PostAsync(daily);
        using var uncapped = await application.PostAsync(unlimited);

        Assert.Equal("\"budget\";q=100;agentkey-unit=\"cent\"", Assert.Single(capped.Headers.GetValues("RateLimit-Policy")));
        Assert.Matches("^\"budget\";r=85;t=[1-9][0-9]*;agentkey-unit=\"cent\"$", Assert.Single(capped.Headers.GetValues("RateLimit")));
        Assert.False(uncapped.Headers.Contains("RateLimit"));
        Assert.Equal(HttpStatusCode.OK, uncapped.StatusCode);
    }

    [Fact]
    public async Task The_headers_can_be_turned_off()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            services: services => services.Configure<AgentKeyHttpOptions>(options => options.SendRateLimitHeaders = false));
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.False(response.Headers.Contains("RateLimit"));
        Assert.False(response.Headers.Contains("RateLimit-Policy"));
    }

    [Fact]
    public async Task The_standard_resilience_handler_asks_once_and_sees_the_refusal()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));
        var key = await MintDailyAsync(application, 10);
        var services = new ServiceCollection();
        services.AddHttpClient("agent", client => client.BaseAddress = application.Server.Client.BaseAddress).AddStandardResilienceHandler();
        await using var provider = services.BuildServiceProvider();

        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("agent");
        using var response = await PaidApplication.SendAsync(client, key, body: null, idempotencyKey: null);

        await response.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(1, application.Server.Log.Text.Split("POST /work was refused").Length - 1);
    }

    private static Task<CreatedKey> MintDailyAsync(PaidApplication application, decimal cents) => application.Server.Keys.CreateAsync(
        new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("proxy.chat"), Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Day) });
}
