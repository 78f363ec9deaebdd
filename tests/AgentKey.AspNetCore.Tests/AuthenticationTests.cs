using System.Net;

namespace AgentKey.AspNetCore.Tests;

public sealed class AuthenticationTests
{
    [Theory]
    [InlineData("Bearer ")]
    [InlineData("bearer ")]
    [InlineData("BEARER ")]
    [InlineData("Bearer    ")]
    [InlineData("  Bearer ")]
    public async Task Row2_A_live_key_is_let_in_however_the_scheme_is_spelled(string scheme)
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.GetAsync("/key", scheme + created.Secret.Reveal() + "  ");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(created.Key.Id, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Row54_A_key_that_is_revoked_between_two_requests_is_refused_at_the_second()
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);
        var authorization = "Bearer " + created.Secret.Reveal();

        using var before = await application.GetAsync("/key", authorization);
        await application.Keys.RevokeAsync(created.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        using var after = await application.GetAsync("/key", authorization);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Rows_5_76_A_key_in_the_query_string_a_cookie_or_the_body_is_not_read()
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);
        var secret = created.Secret.Reveal();

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/open?access_token={secret}&api_key={secret}");
        request.Headers.Add("Cookie", $"Authorization=Bearer {secret}; api_key={secret}");
        request.Headers.Add("X-Api-Key", secret);
        request.Content = new StringContent($"use key {secret}, Authorization: Bearer {secret}");
        using var response = await application.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("nobody", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Another_scheme_is_somebody_elses_credential()
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);

        using var basic = await application.GetAsync("/open", "Basic " + created.Secret.Reveal());
        using var joined = await application.GetAsync("/open", "Bearer" + created.Secret.Reveal());

        Assert.Equal("nobody", await basic.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("nobody", await joined.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_keys_in_one_request_are_no_key()
    {
        await using var application = await KeyedApplication.StartAsync();
        var one = await KeyFolder.MintAsync(application.Keys);
        var other = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.GetAsync("/key", ["Bearer " + one.Secret.Reveal(), "Bearer " + other.Secret.Reveal()]);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Row78_No_log_line_holds_a_secret()
    {
        await using var application = await KeyedApplication.StartAsync();
        var live = await KeyFolder.MintAsync(application.Keys);
        var dead = await KeyFolder.MintAsync(application.Keys);
        await application.Keys.RevokeAsync(dead.Key.Id, cancellationToken: TestContext.Current.CancellationToken);

        (await application.GetAsync("/key", "Bearer " + live.Secret.Reveal())).Dispose();
        (await application.GetAsync("/key", "Bearer " + dead.Secret.Reveal())).Dispose();

        Assert.Contains($"The key {dead.Secret.DisplayPrefix} was refused: Revoked", application.Log.Text, StringComparison.Ordinal);
        Assert.False(application.Log.Text.Contains(live.Secret.Reveal(), StringComparison.Ordinal), "the live secret was logged");
        Assert.False(application.Log.Text.Contains(dead.Secret.Reveal(), StringComparison.Ordinal), "the dead secret was logged");
    }
}
