using System.Net;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.DataPlane;

public sealed class AccessTests
{
    [Fact]
    public async Task Nobody_charges_or_gets_money_back_without_the_applications_token_least_of_all_the_agent()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        using var charged = await sidecar.ChargeAsync(key, 15);
        using var held = await sidecar.HoldAsync(key, 40);
        var (charge, hold) = ((await charged.IsDoneAsync()).Text("id"), (await held.IsDoneAsync()).Text("id"));
        var body = $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "costCents": 1}""";

        foreach (var token in new[] { null, "", key.Secret.Reveal(), Sidecar.AppToken[1..], Sidecar.AppToken + "t", Sidecar.AppToken.ToUpperInvariant() })
        {
            using var client = Sidecar.ClientOf(sidecar.Server.DataAddress, token);
            foreach (var (path, json) in new[]
            {
                ("/v1/validate", body), ("/v1/charges", body), ("/v1/holds", body), ($"/v1/charges/{charge}/void", null),
                ($"/v1/holds/{hold}/void", null), ($"/v1/holds/{hold}/settle", """{"costCents": 0}"""), ($"/v1/holds/{hold}/extend", """{"expires": "1h"}"""),
            })
            {
                using var response = await Sidecar.AskAsync(client, path, json);
                await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_app_token");
                Assert.StartsWith("Bearer realm=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            }
        }

        var after = await sidecar.ReadAsync(key);
        Assert.Equal((Cost.FromCents(55), Cost.FromCents(40)), (after.Spent, after.Held));
        Assert.NotEmpty(sidecar.Log.Of(1101));
    }

    [Fact]
    public async Task Row78_Neither_a_secret_nor_a_token_is_in_the_log()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync(cents: 20);
        await sidecar.Keys.RevokeAsync((await sidecar.MintAsync()).Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        using var charged = await sidecar.ChargeAsync(key, 15);
        using var refused = await sidecar.ChargeAsync(key, 15);
        using var malformed = await Sidecar.AskAsync(sidecar.App, "/v1/charges", $$"""{"key": "{{key.Secret.Reveal()}}", "costCents": """);
        using var thief = Sidecar.ClientOf(sidecar.Server.DataAddress, key.Secret.Reveal());
        using var turnedAway = await Sidecar.AskAsync(thief, "/v1/charges", null);

        Assert.Contains("/v1/charges", sidecar.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Reveal(), sidecar.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Sidecar.AppToken, sidecar.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row67_A_store_that_is_down_is_a_503_until_it_is_back_and_the_retry_pays_once(string kind)
    {
        await using var database = await Database.CreateOwnAsync(kind);
        await using var sidecar = await Sidecar.StartAsync(database);
        var key = await sidecar.MintAsync();

        database.TakeAway();
        using var during = await sidecar.ChargeAsync(key, 15, "order-1");
        using var unready = await sidecar.App.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        using var alive = await sidecar.App.GetAsync("/health/live", TestContext.Current.CancellationToken);
        database.BringBack();
        using var after = await sidecar.ChargeAsync(key, 15, "order-1");
        using var ready = await sidecar.App.GetAsync("/health/ready", TestContext.Current.CancellationToken);

        await during.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.NotNull(during.Headers.RetryAfter);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK), (unready.StatusCode, alive.StatusCode, ready.StatusCode));
        await after.IsDoneAsync();
        Assert.Equal(Cost.FromCents(15), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("short")]
    [InlineData("tttttttttttttttttttttttttttttttt\nshort")]
    [InlineData("ttttttttttttttttt with a space ttttttttttttttt")]
    public void A_token_that_could_be_guessed_is_no_token(string? text)
    {
        var error = Assert.Throws<InvalidFieldException>(() => AccessTokens.Parse(text, "--token-file"));

        Assert.Equal("--token-file", error.Field);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_are_not_shown_and_two_are_good_while_one_replaces_the_other()
    {
        var tokens = AccessTokens.Parse($"{Sidecar.AppToken}\r\n{new string('n', 32)}\n");

        Assert.Equal("(2 tokens)", tokens.ToString());
    }

    [Theory]
    [InlineData("https://127.0.0.1:7400")]
    [InlineData("http://127.0.0.1:7400/path")]
    [InlineData("7400")]
    public async Task An_address_that_cannot_be_listened_at_is_refused(string url)
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);
        await using var keys = new AgentKeys(database.Open());
        var options = new KeyServerOptions { DataTokens = AccessTokens.Parse(Sidecar.AppToken), DataUrl = url };

        var error = await Assert.ThrowsAsync<InvalidFieldException>(() => KeyServer.StartAsync(keys, options, TestContext.Current.CancellationToken));

        Assert.Equal("DataUrl", error.Field);
    }
}
