using System.Net;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;

namespace AgentKey.AspNetCore.Tests;

public sealed class RefusalTests
{
    [Fact]
    public async Task Rows_6_8_9_13_A_malformed_an_unknown_a_revoked_and_an_expired_key_get_the_same_bytes()
    {
        await using var application = await KeyedApplication.StartAsync();
        var revoked = await KeyFolder.MintAsync(application.Keys);
        await application.Keys.RevokeAsync(revoked.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var expired = await KeyFolder.MintAsync(application.Keys);
        application.Folder.Expire(expired);
        string[] presented =
        [
            "Bearer " + revoked.Secret.Reveal(),
            "Bearer " + expired.Secret.Reveal(),
            "Bearer " + AgentSecret.Generate().Reveal(),
            "Bearer " + AgentSecret.Generate().Reveal()[..^1],
            "Bearer ak_" + new string('0', 48),
            "Bearer " + revoked.Secret.Reveal().ToUpperInvariant(),
            "Bearer a key, with spaces",
            "Bearer",
            "Bearer     ",
            "Bearer ak_",
            "Bearer " + new string('a', 20_000),
        ];

        var answers = new List<string>();
        foreach (var authorization in presented)
        {
            using var response = await application.GetAsync("/key", authorization);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            answers.Add(await response.WithoutTraceIdAsync());
        }

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Contains("WWW-Authenticate: Bearer realm=\"agentkey\", error=\"invalid_token\"", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row1_Who_presents_no_key_is_told_of_no_error()
    {
        await using var application = await KeyedApplication.StartAsync();

        using var response = await application.GetAsync("/key");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer realm=\"agentkey\"", Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
    }

    [Fact]
    public async Task Row6_A_header_that_is_larger_than_any_is_not_even_read()
    {
        await using var application = await KeyedApplication.StartAsync();

        using var response = await application.GetAsync("/key", "Bearer " + new string('a', 40_000));

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_a_stable_code()
    {
        await using var application = await KeyedApplication.StartAsync();

        using var response = await application.GetAsync("/key");
        var problem = await response.JsonAsync();

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(401, problem.GetProperty("status").GetInt32());
        Assert.Equal("invalid_key", problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task A_live_key_that_may_not_do_this_gets_403_and_no_challenge()
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.GetAsync("/nobody", "Bearer " + created.Secret.Reveal());
        var problem = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("forbidden", problem.GetProperty("code").GetString());
        Assert.False(response.Headers.Contains("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_client_that_calls_itself_gRPC_is_refused_like_any_other_where_there_is_none()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapPost("/work", () => "done").RequireAgentScope("docs.read").WithCost(200));
        var poor = await KeyFolder.MintAsync(application.Keys, 100, "docs.read");

        using var stranger = await PostAsGrpcAsync(application, key: null);
        using var exhausted = await PostAsGrpcAsync(application, poor);

        await stranger.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        await exhausted.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("a \"quote\"")]
    [InlineData("schlüssel")]
    public void A_realm_that_cannot_stand_in_a_header_is_refused_by_name(string realm)
    {
        var error = Assert.Throws<InvalidFieldException>(() => new AgentKeyAuthenticationOptions { Realm = realm }.Validate());

        Assert.Equal("Realm", error.Field);
    }

    private static async Task<HttpResponseMessage> PostAsGrpcAsync(KeyedApplication application, CreatedKey? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/work") { Content = new StringContent("hello") };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Authorization = key is null ? null : new("Bearer", key.Secret.Reveal());
        return await application.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
