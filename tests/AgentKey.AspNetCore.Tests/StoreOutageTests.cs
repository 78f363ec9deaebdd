using System.Net;

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
}
