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

    [Fact]
    public async Task Rows_6_8_A_key_of_the_wrong_form_is_refused_without_asking_the_store()
    {
        await using var application = await KeyedApplication.StartAsync();

        application.Folder.TakeAway();
        using var response = await application.GetAsync("/key", "Bearer junk");

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
