using System.Net;
using System.Security.Claims;
using AgentKey.Money;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

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

    [Theory]
    [InlineData("principal")]
    [InlineData("identities")]
    public async Task A_key_is_found_again_in_a_copy_of_its_principal(string copied)
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapGet("/paid", () => "paid").RequireAgentScope("docs.read").WithCost(15),
            services: services => services.AddSingleton<IClaimsTransformation>(new Copying(copied == "identities")));
        var created = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.GetAsync("/paid", "Bearer " + created.Secret.Reveal());

        Assert.Equal("paid", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Cost.FromCents(15), (await application.Keys.FindAsync(created.Key.Id, TestContext.Current.CancellationToken))!.Spent);
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

    /// <summary>Adds to a copy, as transformations do that may run twice.</summary>
    private sealed class Copying(bool onlyIdentities) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) =>
            Task.FromResult(onlyIdentities ? new ClaimsPrincipal(principal.Identities.Select(identity => identity.Clone())) : principal.Clone());
    }
}
