using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests;

public sealed class StoreOutageTests
{
    [Theory]
    [InlineData("/key")]
    [InlineData("/open")]
    public async Task Row67_A_key_that_cannot_be_checked_gets_503_until_the_store_answers_again(string path)
    {
        await using var application = await KeyedApplication.StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);
        var authorization = "Bearer " + created.Secret.Reveal();

        application.Folder.TakeAway();
        using var during = await application.GetAsync(path, authorization);
        application.Folder.BringBack();
        using var after = await application.GetAsync(path, authorization);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
        Assert.Equal("application/problem+json", during.Content.Headers.ContentType?.MediaType);
        Assert.False(during.Headers.Contains("WWW-Authenticate"));
        Assert.NotNull(during.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("other case")]
    [InlineData("one character flipped")]
    [InlineData("one character more")]
    [InlineData("a tab before it")]
    [InlineData("257 characters")]
    [InlineData("20 kB")]
    public async Task Rows_2_6_8_A_key_of_the_wrong_form_is_refused_without_asking_the_store(string form)
    {
        await using var application = await KeyedApplication.StartAsync();
        var secret = (await KeyFolder.MintAsync(application.Keys)).Secret.Reveal();
        var presented = form switch
        {
            "other case" => secret[..3] + string.Concat(secret[3..].Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))),
            "one character flipped" => secret[..10] + (secret[10] == 'a' ? 'b' : 'a') + secret[11..],
            "one character more" => secret + "a",
            "a tab before it" => "\t" + secret,
            "257 characters" => secret.PadRight(257, 'a'),
            "20 kB" => secret.PadRight(20_000, 'a'),
            _ => form,
        };

        // A store that is asked for anything now makes a 503 of it.
        application.Folder.TakeAway();
        using var response = await application.GetAsync("/key", "Bearer " + presented);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Who_presents_no_key_still_reaches_what_is_open()
    {
        await using var application = await KeyedApplication.StartAsync();

        application.Folder.TakeAway();
        using var response = await application.GetAsync("/open");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/key")]
    [InlineData("/paid")]
    [InlineData("/agent-keys/self")]
    public async Task A_table_that_is_not_there_is_a_503_that_the_log_explains_once(string path)
    {
        await using var application = await StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);

        application.Folder.DropTable();
        using var response = await application.GetAsync(path, "Bearer " + created.Secret.Reveal());

        await response.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Single(Hints(application));
    }

    [Theory]
    [InlineData("/paid")]
    [InlineData("/agent-keys/self/usage")]
    public async Task So_is_a_table_beside_it(string path)
    {
        await using var application = await StartAsync();
        var created = await KeyFolder.MintAsync(application.Keys);

        application.Folder.Execute("ALTER TABLE sdk_api_keys_ledger RENAME TO elsewhere");
        using var response = await application.GetAsync(path, "Bearer " + created.Secret.Reveal());

        await response.IsProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Single(Hints(application));
    }

    [Fact]
    public async Task The_dashboard_says_it_in_words()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapAgentKeyDashboard().RequireAuthorization("anybody"),
            services: services => services.AddAgentKeyDashboard().AddAuthorizationBuilder().AddPolicy("anybody", policy => policy.RequireAssertion(_ => true)));

        application.Folder.DropTable();
        using var response = await application.GetAsync("/agentkey/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("A table of the store is missing", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(Hints(application));
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(endpoints =>
    {
        endpoints.MapAgentKeys();
        endpoints.MapGet("/paid", () => "paid").RequireAgentScope("docs.read").WithCost(1);
    });

    private static IEnumerable<string> Hints(KeyedApplication application) =>
        application.Log.Lines.Where(line => line.Contains("run: agentkey migrate", StringComparison.Ordinal));
}
