using System.Net;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class RateLimitTests
{
    [Fact]
    public async Task A_key_calls_only_so_often_and_what_is_refused_costs_nothing()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(1).WithRateLimit(3, TimeSpan.FromHours(1)));
        var key = await application.MintAsync(100, "proxy.chat");
        var other = await application.MintAsync(100, "proxy.chat");

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => application.PostAsync(key)));
        using var otherResponse = await application.PostAsync(other);

        Assert.Equal(3, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        var refused = responses.First(response => response.StatusCode != HttpStatusCode.OK);
        await refused.IsProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal("\"requests\";q=3;w=3600", Assert.Single(refused.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal(HttpStatusCode.OK, otherResponse.StatusCode);
        Assert.Equal(Cost.FromCents(3), await application.SpentAsync(key));
        Assert.Equal(4, application.Runs);
    }

    [Fact]
    public async Task A_key_has_only_so_many_calls_under_way_and_a_call_that_is_over_makes_room()
    {
        var running = new SemaphoreSlim(0);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(1).WithConcurrencyLimit(2).WithRateLimit(4, TimeSpan.FromHours(1)),
            async context =>
            {
                running.Release();
                await goOn.Task;
                await context.Response.WriteAsync("done");
            });
        var key = await application.MintAsync(100, "proxy.chat");

        var first = new[] { application.PostAsync(key), application.PostAsync(key) };
        await running.WaitAsync(TestContext.Current.CancellationToken);
        await running.WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++)
        {
            using var third = await application.PostAsync(key);
            await third.IsProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        }

        goOn.SetResult();
        await Task.WhenAll(first);

        // Those that were one too many at once did not count in the window: two of its four are left.
        for (var i = 0; i < 2; i++)
        {
            HttpStatusCode status;
            do
            {
                using var later = await application.PostAsync(key);
                status = later.StatusCode;
            }
            while (status == HttpStatusCode.TooManyRequests && application.Runs < 3 + i);
            Assert.Equal(HttpStatusCode.OK, status);
        }

        Assert.Equal(Cost.FromCents(4), await application.SpentAsync(key));
    }

    [Fact]
    public async Task Endpoints_of_one_name_count_for_themselves()
    {
        await using var application = await KeyedApplication.StartAsync(endpoints =>
        {
            endpoints.MapGet("/lim", () => "few").RequireHost("few.test").RequireAgentScope("proxy.chat").WithRateLimit(1, TimeSpan.FromHours(1));
            endpoints.MapGet("/lim", () => "more").RequireHost("more.test").RequireAgentScope("proxy.chat").WithRateLimit(3, TimeSpan.FromHours(1));
        });
        var key = await KeyFolder.MintAsync(application.Keys, 100, "proxy.chat");

        Assert.Equal([200, 429], await StatusesAsync("few.test", 2));
        Assert.Equal([200, 200, 200, 429], await StatusesAsync("more.test", 4));

        async Task<List<int>> StatusesAsync(string host, int calls)
        {
            var statuses = new List<int>();
            for (var i = 0; i < calls; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/lim");
                request.Headers.Host = host;
                request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
                using var response = await application.Client.SendAsync(request, TestContext.Current.CancellationToken);
                statuses.Add((int)response.StatusCode);
            }

            return statuses;
        }
    }

    [Fact]
    public void A_limit_that_makes_no_sense_is_refused_by_name()
    {
        using var application = WebApplication.CreateSlimBuilder().Build() as IDisposable;
        var endpoint = ((WebApplication)application).MapGet("/x", () => "x");

        Assert.Equal("permits", Assert.Throws<InvalidFieldException>(() => endpoint.WithRateLimit(0, TimeSpan.FromSeconds(1))).Field);
        Assert.Equal("window", Assert.Throws<InvalidFieldException>(() => endpoint.WithRateLimit(1, TimeSpan.Zero)).Field);
        Assert.Equal("calls", Assert.Throws<InvalidFieldException>(() => endpoint.WithConcurrencyLimit(0)).Field);
    }
}
