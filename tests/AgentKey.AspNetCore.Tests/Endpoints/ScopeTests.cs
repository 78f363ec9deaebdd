using System.Net;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class ScopeTests
{
    [Fact]
    public async Task A_key_with_the_scope_pays_and_the_handler_knows_whose_it_is()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            context => context.Response.WriteAsync(context.GetAgentKey()!.Id));
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.Equal(key.Key.Id, await response.Content.ReadAsStringAsync());
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
        var entry = Assert.Single(await application.LedgerAsync(key));
        Assert.Equal("POST /work", entry.Tool);
        Assert.Equal("proxy.chat", entry.Scope);
    }

    [Theory]
    [InlineData("proxy.chat", "proxy.chat.admin")]
    [InlineData("proxy.chat.admin", "proxy.chat")]
    [InlineData("proxy", "proxy.chat")]
    [InlineData("proxy.*", "proxy")]
    [InlineData("admin", "proxy.chat")]
    public async Task Rows_15_16_17_18_19_22_No_other_scope_will_do(string held, string needed)
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope(needed).WithCost(15));
        var key = await application.MintAsync(100, held);

        using var response = await application.PostAsync(key);

        var problem = await response.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Equal(needed, problem.GetProperty("requiredScope").GetString());
        Assert.Equal(
            $"Bearer realm=\"agentkey\", error=\"insufficient_scope\", scope=\"{needed}\"", Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
        Assert.Equal(0, application.Runs);
        Assert.Equal(Cost.Zero, await application.SpentAsync(key));
    }

    [Theory]
    [InlineData("proxy.chat")]
    [InlineData("proxy.chat.fast")]
    public async Task Row18_A_pattern_covers_everything_below_it(string needed)
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope(needed).WithCost(15));
        var key = await application.MintAsync(100, "proxy.*");

        using var response = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_refusal_never_tells_the_scopes_that_the_key_holds()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat"));
        var key = await application.MintAsync(100, "secret.project");

        using var response = await application.PostAsync(key);

        Assert.DoesNotContain("secret.project", await response.WithoutTraceIdAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row1_Without_a_key_nothing_runs()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));

        using var response = await application.PostAsync(key: null);

        await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Equal("Bearer realm=\"agentkey\"", Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
        Assert.Equal(0, application.Runs);
    }

    [Fact]
    public async Task Row26_A_call_without_a_price_is_free_and_still_needs_a_live_key()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat"));
        var key = await application.MintAsync(0, "proxy.chat");

        using var before = await application.PostAsync(key);
        await application.Server.Keys.RevokeAsync(key.Key.Id);
        using var after = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal(1, application.Runs);
    }

    [Fact]
    public async Task Row54_A_key_whose_parent_is_revoked_is_refused_like_any_other_bad_key()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));
        var parent = await application.MintAsync(100, "proxy.chat");
        var child = await application.Server.Keys.CreateChildAsync(
            application.Server.Keys.Identify(parent.Secret.Reveal()),
            new AgentKey.Keys.NewKey { AccountId = "acme", Scopes = AgentKey.Scopes.ScopeSet.Of("proxy.chat"), Budget = null });

        using var before = await application.PostAsync(child);
        await application.Server.Keys.RevokeAsync(parent.Key.Id);
        using var after = await application.PostAsync(child);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await after.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
    }

    [Fact]
    public async Task Row67_Without_the_store_the_handler_does_not_run_and_with_it_again_it_does()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15));
        var key = await application.MintAsync(100, "proxy.chat");

        application.Server.Folder.TakeAway();
        using var during = await application.PostAsync(key);
        var runs = application.Runs;
        application.Server.Folder.BringBack();
        using var after = await application.PostAsync(key);

        await during.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.NotNull(during.Headers.RetryAfter);
        Assert.Equal(0, runs);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task Row67_A_store_that_goes_away_between_the_key_and_the_charge_leaves_nothing_running()
    {
        KeyFolder? folder = null;
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(_ =>
        {
            folder!.TakeAway();
            return Cost.FromCents(1);
        }));
        folder = application.Server.Folder;
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);
        folder.BringBack();

        await response.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Equal(0, application.Runs);
        Assert.Equal(Cost.Zero, await application.SpentAsync(key));
    }
}
