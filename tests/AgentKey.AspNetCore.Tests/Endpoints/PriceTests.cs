using System.Net;
using AgentKey.Agents;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class PriceTests
{
    [Fact]
    public async Task A_price_by_request_is_charged_before_the_handler_runs()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(async context =>
            {
                context.Request.EnableBuffering();
                using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
                var words = (await reader.ReadToEndAsync()).Split(' ').Length;
                context.Request.Body.Position = 0;
                return Cost.FromCents(words);
            }),
            async context => await context.Request.Body.CopyToAsync(context.Response.Body));
        var key = await application.MintAsync(5, "proxy.chat");

        using var three = await application.PostAsync(key, "one two three");
        using var more = await application.PostAsync(key, "four five six");

        Assert.Equal("one two three", await three.Content.ReadAsStringAsync());
        await more.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(Cost.FromCents(3), await application.SpentAsync(key));
        Assert.Equal(1, application.Runs);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0.0000001")]
    [InlineData("79228162514264337593543950335")]
    public async Task Rows_25_27_28_A_price_that_is_none_is_answered_with_400_and_nothing_runs(string cents)
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat")
            .WithCost(_ => Cost.FromCents(decimal.Parse(cents, System.Globalization.CultureInfo.InvariantCulture))));
        var key = await application.MintAsync(5, "proxy.chat");

        using var response = await application.PostAsync(key);

        await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal(0, application.Runs);
        Assert.Empty(await application.LedgerAsync(key));
    }

    [Fact]
    public async Task Row28_The_largest_price_is_refused_and_overflows_nothing()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(_ => Cost.MaxValue));
        var key = await application.MintAsync(5, "proxy.chat");

        using var response = await application.PostAsync(key);

        await response.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(Cost.Zero, await application.SpentAsync(key));
    }

    [Fact]
    public async Task A_price_that_throws_charges_nothing_and_runs_nothing()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(new Func<HttpContext, Cost>(_ => throw new InvalidOperationException("no price"))));
        var key = await application.MintAsync(5, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(0, application.Runs);
        Assert.Empty(await application.LedgerAsync(key));
    }

    [Fact]
    public async Task What_is_held_is_settled_at_what_the_handler_reported()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCostUpTo(40),
            context =>
            {
                ToolCall.Current!.ReportCost(Cost.FromCents(7.25m));
                return context.Response.WriteAsync("done");
            });
        var key = await application.MintAsync(50, "proxy.chat");

        using var response = await application.PostAsync(key);
        await application.UntilSpentAsync(key, 7.25m);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], (await application.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task What_is_held_by_request_has_to_fit_and_what_is_not_reported_is_spent_in_full()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat")
            .WithCostUpTo(context => ValueTask.FromResult(Cost.FromCents(context.Request.ContentLength ?? 0))));
        var key = await application.MintAsync(5, "proxy.chat");

        using var tooLarge = await application.PostAsync(key, "123456");
        using var fits = await application.PostAsync(key, "1234");
        await application.UntilSpentAsync(key, 4);

        await tooLarge.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
    }

    [Fact]
    public async Task Row39_More_than_was_held_is_recorded_in_full_and_blocks_the_next_call()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCostUpTo(5),
            context =>
            {
                ToolCall.Current!.ReportCost(Cost.FromCents(25));
                return context.Response.WriteAsync("done");
            });
        var key = await application.MintAsync(20, "proxy.chat");

        using var overrun = await application.PostAsync(key);
        await application.UntilSpentAsync(key, 25);
        using var next = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.OK, overrun.StatusCode);
        await next.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
    }

    [Fact]
    public async Task Row30_Small_prices_add_up_exactly()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(0.0004m));
        var key = await application.MintAsync(5, "proxy.chat");

        foreach (var response in await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => application.PostAsync(key))))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }

        Assert.Equal(Cost.FromCents(0.04m), await application.SpentAsync(key));
    }
}
