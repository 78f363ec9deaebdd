using System.Net;
using AgentKey.Keys;

namespace AgentKey.AspNetCore.Tests;

public sealed class FailedKeyTests
{
    private const int Permits = 5;

    [Fact]
    public async Task Row10_After_some_keys_that_open_nothing_the_store_is_no_longer_asked_for_that_address()
    {
        await using var application = await StartAsync();
        var live = await KeyFolder.MintAsync(application.Keys);

        const int presented = 10_000;
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < presented; i++)
        {
            using var response = await application.GetAsync("/key", "Bearer " + AgentSecret.Generate().Reveal());
            statuses.Add(response.StatusCode);
        }

        using var elsewhere = application.ClientFrom("127.0.0.2");
        elsewhere.DefaultRequestHeaders.Authorization = new("Bearer", live.Secret.Reveal());
        using var other = await elsewhere.GetAsync("/key");

        Assert.Equal(Permits, statuses.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(presented - Permits, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(Permits, application.Log.Text.Split("was refused: Unknown").Length - 1);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("/key")]
    [InlineData("/open")]
    public async Task Row10_Who_has_to_wait_is_told_how_long(string path)
    {
        await using var application = await StartAsync();
        await PresentUnknownKeysAsync(application, Permits);

        using var response = await application.GetAsync(path, "Bearer " + AgentSecret.Generate().Reveal());

        await response.IsProblemAsync(HttpStatusCode.TooManyRequests, "too_many_failed_keys");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Keys_of_the_wrong_form_cost_nothing_and_do_not_count()
    {
        await using var application = await StartAsync();
        var live = await KeyFolder.MintAsync(application.Keys);
        for (var i = 0; i < Permits * 3; i++)
        {
            using var junk = await application.GetAsync("/key", "Bearer junk");
            Assert.Equal(HttpStatusCode.Unauthorized, junk.StatusCode);
        }

        using var response = await application.GetAsync("/key", "Bearer " + live.Secret.Reveal());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_address_that_waited_is_served_again()
    {
        await using var application = await StartAsync(TimeSpan.FromSeconds(1));
        var live = await KeyFolder.MintAsync(application.Keys);
        await PresentUnknownKeysAsync(application, Permits);

        var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
        HttpStatusCode status;
        do
        {
            await Task.Delay(50, patience);
            using var response = await application.GetAsync("/key", "Bearer " + live.Secret.Reveal());
            status = response.StatusCode;
        }
        while (status == HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(5, 0)]
    public void A_limit_that_makes_no_sense_is_refused_by_name(int permits, int seconds)
    {
        var options = new AgentKeyAuthenticationOptions { FailedKeysPerAddress = permits, FailedKeysWindow = TimeSpan.FromSeconds(seconds) };

        Assert.StartsWith("FailedKeys", Assert.Throws<InvalidFieldException>(options.Validate).Field, StringComparison.Ordinal);
    }

    private static Task<KeyedApplication> StartAsync(TimeSpan? window = null) => KeyedApplication.StartAsync(authenticate: options =>
    {
        options.FailedKeysPerAddress = Permits;
        options.FailedKeysWindow = window ?? TimeSpan.FromHours(1);
    });

    private static async Task PresentUnknownKeysAsync(KeyedApplication application, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await application.GetAsync("/key", "Bearer " + AgentSecret.Generate().Reveal());
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }
}
