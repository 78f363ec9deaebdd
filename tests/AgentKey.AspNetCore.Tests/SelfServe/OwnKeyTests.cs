using System.Net;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.AspNetCore.Tests.SelfServe;

public sealed class OwnKeyTests
{
    [Fact]
    public async Task A_key_reads_what_it_may_do_and_what_is_left()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys, 100, "docs.read");
        await ChargeAsync(application, key, 0.25m);

        using var response = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", key);
        var document = await response.JsonAsync();

        Assert.Equal(key.Key.Id, document.GetProperty("id").GetString());
        Assert.Equal("acme", document.GetProperty("accountId").GetString());
        Assert.Equal(["docs.read"], document.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!));
        Assert.Equal(0.25m, document.GetProperty("spentCents").GetDecimal());
        Assert.Equal(99.75m, document.GetProperty("remainingCents").GetDecimal());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.False(document.GetRawText().Contains(key.Secret.Reveal(), StringComparison.Ordinal), "the secret was told again");
    }

    [Fact]
    public async Task A_key_reads_its_own_usage_and_nobody_elses()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys, 100, "docs.read");
        var neighbour = await KeyFolder.MintAsync(application.Keys, 100, "docs.read");
        await ChargeAsync(application, key, 1.5m);
        await ChargeAsync(application, neighbour, 7);

        using var response = await application.SendAsync(HttpMethod.Get, "/agent-keys/self/usage?by=scope&since=2020-01-01T00:00:00Z", key);
        var usage = (await response.JsonAsync()).GetProperty("usage");

        var row = Assert.Single(usage.EnumerateArray());
        Assert.Equal("docs.read", row.GetProperty("group").GetString());
        Assert.Equal(1, row.GetProperty("calls").GetInt64());
        Assert.Equal(1.5m, row.GetProperty("spentCents").GetDecimal());
    }

    [Theory]
    [InlineData("by=key", "by")]
    [InlineData("by=0", "by")]
    [InlineData("since=yesterday", "since")]
    [InlineData("until=2026-11-01T00:00:00", "until")]
    [InlineData("from=2026-11-01T00:00:00Z", "from")]
    [InlineData("by=tool&ak_0123=x", "query")]
    public async Task A_question_that_cannot_be_read_is_refused_by_name(string query, string field)
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.SendAsync(HttpMethod.Get, "/agent-keys/self/usage?" + query, key);

        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_rotated_key_has_a_new_secret_the_same_money_and_no_other_copy_of_either()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys, 100, "docs.read");
        await ChargeAsync(application, key, 40);

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", key, "{}");
        var document = await response.JsonAsync();
        var secret = document.GetProperty("secret").GetString()!;
        using var before = await application.GetAsync("/agent-keys/self", "Bearer " + key.Secret.Reveal());
        using var after = await application.GetAsync("/agent-keys/self", "Bearer " + secret);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, before.StatusCode);
        Assert.Equal(60, (await after.JsonAsync()).GetProperty("remainingCents").GetDecimal());
        Assert.False(application.Log.Text.Contains(secret, StringComparison.Ordinal), "the new secret was logged");
    }

    [Fact]
    public async Task A_rotation_with_overlap_lets_both_secrets_live_for_a_while()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", key, """{"overlap":"1h"}""");
        using var before = await application.GetAsync("/agent-keys/self", "Bearer " + key.Secret.Reveal());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
    }

    [Fact]
    public async Task A_secret_that_is_ending_cannot_end_the_one_that_follows()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);
        var renewed = await application.Keys.RotateAsync(key.Key.Id, TimeSpan.FromHours(1), cancellationToken: TestContext.Current.CancellationToken);

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", key, "{}");
        using var after = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", renewed);
        using var own = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", renewed, "{}");

        await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_secret_that_ends_while_its_body_is_on_its_way_rotates_nothing()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);
        CreatedKey? renewed = null;
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var client = new HttpClient(handler) { BaseAddress = application.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agent-keys/self/rotate");
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        request.Headers.ExpectContinue = true;
        // The server asks for it once it has let the key in.
        request.Content = new WrittenBody("application/json", async stream =>
        {
            renewed = await application.Keys.RotateAsync(key.Key.Id, TimeSpan.Zero);
            await stream.WriteAsync("{}"u8.ToArray());
        });

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var after = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", renewed);

        await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("""{"overlap":"1M"}""")]
    [InlineData("""{"overlap":"91d"}""")]
    [InlineData("""{"overlap":"-1h"}""")]
    [InlineData("""{"overlap":3600}""")]
    [InlineData("""{"overlap":"1h","overlap":"2h"}""")]
    [InlineData("""{"Overlap":"1h"}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("[")]
    public async Task Row51_A_rotation_that_cannot_be_read_changes_nothing(string body)
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", key, body);
        using var after = await application.GetAsync("/agent-keys/self", "Bearer " + key.Secret.Reveal());

        await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/agent-keys/self")]
    [InlineData("GET", "/agent-keys/self/usage")]
    [InlineData("POST", "/agent-keys/self/rotate")]
    [InlineData("POST", "/agent-keys")]
    [InlineData("GET", "/agent-keys/1")]
    [InlineData("DELETE", "/agent-keys/1")]
    public async Task Without_a_key_there_is_nothing_to_see(string method, string path)
    {
        await using var application = await StartAsync();
        await KeyFolder.MintAsync(application.Keys);

        using var response = await application.SendAsync(HttpMethod.Parse(method), path, key: null, json: "{}");

        await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
    }

    [Fact]
    public async Task Row67_Without_the_store_nothing_is_told()
    {
        await using var application = await StartAsync();
        var key = await KeyFolder.MintAsync(application.Keys);

        application.Folder.TakeAway();
        using var during = await application.SendAsync(HttpMethod.Post, "/agent-keys/self/rotate", key, "{}");
        application.Folder.BringBack();
        using var after = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", key);

        await during.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(map: endpoints => endpoints.MapAgentKeys());

    private static async Task ChargeAsync(KeyedApplication application, CreatedKey key, decimal cents)
    {
        var decision = await application.Keys.ChargeAsync(
            application.Keys.Identify(key.Secret.Reveal()), new ChargeRequest("docs.read", Cost.FromCents(cents)), TestContext.Current.CancellationToken);
        Assert.True(decision.IsAllowed);
    }
}
