using System.Net;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;

namespace AgentKey.Dashboard.Tests;

/// <summary>Who gets in, and what a request has to bring.</summary>
public sealed class GateTests
{
    private static readonly CancellationToken Now = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_authorization_the_application_does_not_start()
    {
        var open = await Assert.ThrowsAsync<InvalidOperationException>(() => DashboardApplication.StartAsync(_ => { }));
        Assert.Contains("RequireAuthorization", open.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => DashboardApplication.StartAsync(dashboard => dashboard.RequireAuthorization("operators").WithMetadata(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute())));
    }

    [Theory]
    [InlineData("agentkey/")]
    [InlineData("agentkey/feed")]
    [InlineData("agentkey/tools")]
    [InlineData("agentkey/spending.json")]
    [InlineData("agentkey/keys/1")]
    [InlineData("agentkey/assets/dashboard.js")]
    public async Task A_stranger_sees_nothing(string path)
    {
        await using var application = await DashboardApplication.StartAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await application.Client.GetAsync(path, Now)).StatusCode);
    }

    [Fact]
    public async Task An_agents_key_never_opens_the_dashboard()
    {
        await using var application = await DashboardApplication.StartAsync(dashboard => dashboard.RequireAuthorization("anybody"));
        var key = await application.MintAsync("Crawler");
        using var request = new HttpRequestMessage(HttpMethod.Get, "agentkey/");
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        using var answer = await application.Client.SendAsync(request, Now);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("Crawler", await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agents_key_never_opens_the_dashboard_beside_an_operators_cookie_either()
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler");
        await application.Client.GetAsync("sign-in", Now);
        using var request = new HttpRequestMessage(HttpMethod.Get, "agentkey/");
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        using var answer = await application.Client.SendAsync(request, Now);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("Crawler", await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxys_own_token_beside_an_operators_cookie_is_no_agents_key()
    {
        await using var application = await DashboardApplication.StartAsync();
        await application.Client.GetAsync("sign-in", Now);
        using var request = new HttpRequestMessage(HttpMethod.Get, "agentkey/");
        request.Headers.Authorization = new("Bearer", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.");
        using var answer = await application.Client.SendAsync(request, Now);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("rotate")]
    [InlineData("raise")]
    [InlineData("cap")]
    public async Task Row80_A_form_from_elsewhere_changes_nothing(string action)
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = (await application.MintAsync("Crawler")).Key;
        await application.Client.GetAsync("sign-in", Now);
        using var form = new FormUrlEncodedContent([new("by", "1.00"), new("hours", "1"), new("overlap", "0"), new("cap", "9.00")]);
        using var answer = await application.Client.PostAsync($"agentkey/keys/{key.Id}/{action}", form, Now);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(key, await application.Keys.FindAsync(key.Id));
    }

    [Fact]
    public async Task Row80_No_page_may_run_inline_code_or_stand_in_a_frame()
    {
        await using var application = await DashboardApplication.StartAsync();
        await application.Client.GetAsync("sign-in", Now);
        using var answer = await application.Client.GetAsync("agentkey/", Now);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Row65_Names_are_text_wherever_they_appear()
    {
        const string evil = "\"><script>alert(1)</script>";
        await using var application = await DashboardApplication.StartAsync();
        var key = (await application.MintAsync(evil, account: evil)).Key;
        await application.Client.GetAsync("sign-in", Now);
        var search = Uri.EscapeDataString(evil);
        foreach (var path in new[] { "", $"?q={search}", $"keys/{key.Id}", $"keys/{key.Id}/revoke", $"keys/{key.Id}/raise", $"keys/{search}" })
        {
            var page = await application.Client.GetStringOrErrorAsync($"agentkey/{path}");
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        }

        Assert.Contains("&lt;script&gt;", await application.Client.GetStringOrErrorAsync($"agentkey/keys/{key.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_is_a_page_of_its_own_and_not_an_error()
    {
        await using var application = await DashboardApplication.StartAsync();
        await application.Client.GetAsync("sign-in", Now);
        foreach (var id in new[] { "999", "12abc", "-1", "a%2Fb" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await application.Client.GetAsync($"agentkey/keys/{id}", Now)).StatusCode);
        }
    }

    [Theory]
    [InlineData("keys/1/", "../1")]
    [InlineData("keys/1/revoke/", "../revoke")]
    [InlineData("tools/?x=%20y", "../tools?x=%20y")]
    [InlineData("keys/M%C3%BCller%2F1/", "../M%C3%BCller%2F1")]
    public async Task A_page_with_a_slash_too_many_leads_to_the_one_whose_links_are_right(string path, string location)
    {
        await using var application = await DashboardApplication.StartAsync();
        await application.MintAsync("Crawler");
        await application.Client.GetAsync("sign-in", Now);

        using var answer = await application.Client.GetAsync($"agentkey/{path}", Now);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(location, answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("", "/schl\u00fcssel", "schl%C3%BCssel", "schl%C3%BCssel/")]
    [InlineData("/b\u00fcro", "", "b%C3%BCro", "b%C3%BCro/")]
    public async Task A_prefix_may_have_any_letters(string basePath, string prefix, string path, string location)
    {
        await using var application = await DashboardApplication.StartAsync(basePath: basePath, prefix: prefix);
        await application.Client.GetAsync("sign-in", Now);

        using var answer = await application.Client.GetAsync($"{path}?q=a%20b", Now);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(location + "?q=a%20b", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData(null)]
    public async Task What_is_no_form_changes_nothing_and_is_no_failure(string? contentType)
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = (await application.MintAsync("Crawler")).Key;
        await application.Client.GetAsync("sign-in", Now);
        var page = await application.Client.GetStringOrErrorAsync($"agentkey/keys/{key.Id}/revoke");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"agentkey/keys/{key.Id}/revoke") { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Headers.Add("RequestVerificationToken", System.Text.RegularExpressions.Regex.Match(page, "value=\"(CfDJ8[^\"]+)\"").Groups[1].Value);
        request.Content.Headers.ContentType = contentType is null ? null : new(contentType);

        using var answer = await application.Client.SendAsync(request, Now);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(key, await application.Keys.FindAsync(key.Id));
    }

    [Fact]
    public async Task A_page_that_asks_first_is_no_warning()
    {
        using var warnings = new Warnings();
        await using var application = await DashboardApplication.StartAsync(log: warnings);
        var key = (await application.MintAsync("Crawler")).Key;
        await application.Client.GetAsync("sign-in", Now);

        await application.Client.GetStringOrErrorAsync($"agentkey/keys/{key.Id}/revoke");

        Assert.Empty(warnings.Of("Microsoft.AspNetCore.Antiforgery"));
    }

    [Theory]
    [InlineData("?q=%00", "search")]
    [InlineData("?after=%00", "afterId")]
    [InlineData("spending.json?key=%00", "keyId")]
    public async Task A_text_that_no_store_can_hold_is_refused_by_name(string path, string field)
    {
        await using var application = await DashboardApplication.StartAsync(isPostgres: true);
        await application.Client.GetAsync("sign-in", Now);

        using var answer = await application.Client.GetAsync($"agentkey/{path}", Now);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_through_all_keys_once()
    {
        await using var application = await DashboardApplication.StartAsync();
        var minted = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            minted.Add((await application.MintAsync($"Key number {i}")).Key.Id);
        }

        await application.Client.GetAsync("sign-in", Now);
        var seen = new List<string>();
        for (var path = "agentkey/"; path is not null;)
        {
            var page = await application.Client.GetStringOrErrorAsync(path);
            seen.AddRange(Links.In(page));
            path = Links.Older(page);
        }

        Assert.Equal(minted.AsEnumerable().Reverse(), seen);
    }
}
