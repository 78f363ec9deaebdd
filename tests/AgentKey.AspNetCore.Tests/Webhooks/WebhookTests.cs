using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentKey.Agents;
using AgentKey.AspNetCore.Webhooks;
using AgentKey.Charging;
using AgentKey.Events;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests.Webhooks;

/// <summary>Events reach a real receiver, signed, and none of them twice.</summary>
public sealed class WebhookTests
{
    private const string First = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Second = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    private static readonly Uri Elsewhere = new("https://hooks.example/x");

    [Fact]
    public async Task An_event_is_signed_with_every_secret_and_holds_no_key()
    {
        await using var receiver = await Receiver.StartAsync();
        using var folder = new KeyFolder();
        using var host = await StartAsync(folder, receiver.Url);
        var created = await SpendAsync(host, cents: 50);

        var webhook = (await receiver.WaitForAsync(1))[0];
        Assert.Equal($"{Signature(First, webhook)} {Signature(Second, webhook)}", webhook.Signature);
        using var body = JsonDocument.Parse(webhook.Body);
        Assert.Equal(EventTypes.BudgetThreshold, body.RootElement.GetProperty("type").GetString());
        Assert.Equal(created.Key.Id, body.RootElement.GetProperty("data").GetProperty("keyId").GetString());
        Assert.Equal(50, body.RootElement.GetProperty("data").GetProperty("percent").GetInt32());
        Assert.DoesNotContain(created.Secret.Reveal(), webhook.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_the_same_event_again_and_then_no_more()
    {
        await using var receiver = await Receiver.StartAsync(500, 301);
        using var folder = new KeyFolder();
        using var host = await StartAsync(folder, receiver.Url);
        await SpendAsync(host, cents: 50);
        await receiver.WaitForAsync(1);
        await BringForwardAsync(folder, receiver, 2);
        await BringForwardAsync(folder, receiver, 3);

        var received = receiver.Received;
        Assert.Equal([500, 301, 204], received.Select(webhook => webhook.Answer));
        Assert.Single(received.Select(webhook => webhook.Id).Distinct());
        Assert.Single(received.Select(webhook => webhook.Body).Distinct());
        folder.Execute("UPDATE sdk_api_keys_events SET due_at = 0");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(3, receiver.Received.Count);
    }

    [Fact]
    public async Task Two_processes_deliver_each_event_once()
    {
        await using var receiver = await Receiver.StartAsync();
        using var folder = new KeyFolder();
        using var one = await StartAsync(folder, receiver.Url);
        using var other = await StartAsync(folder, receiver.Url);
        for (var i = 0; i < 10; i++)
        {
            await SpendAsync(i % 2 == 0 ? one : other, cents: 100);
        }

        await receiver.WaitForAsync(30);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(30, receiver.Received.Count);
        Assert.Equal(30, receiver.Received.Select(webhook => webhook.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_fault_of_the_database_that_nobody_foresaw_stops_neither_the_application_nor_the_deliveries()
    {
        var log = new LogLines();
        await using var receiver = await Receiver.StartAsync();
        using var folder = new KeyFolder();
        using var host = await StartAsync(folder, receiver.Url, log: log);
        folder.Execute("CREATE TRIGGER broken BEFORE UPDATE OF due_at ON sdk_api_keys_events BEGIN SELECT RAISE(ABORT, 'out of order'); END");
        await SpendAsync(host, cents: 50);
        while (!log.Text.Contains("out of order", StringComparison.Ordinal))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        folder.Execute("DROP TRIGGER broken");

        Assert.False(await StopsWithinAsync(host, TimeSpan.FromMilliseconds(300)));
        Assert.Single(await receiver.WaitForAsync(1));
    }

    [Fact]
    public async Task What_cannot_be_cleared_away_holds_up_no_delivery()
    {
        var log = new LogLines();
        await using var receiver = await Receiver.StartAsync();
        using var folder = new KeyFolder();
        using (var before = await StartAsync(folder, receiver.Url))
        {
            await SpendAsync(before, cents: 50);
            await receiver.WaitForAsync(1);
            await before.StopAsync(TestContext.Current.CancellationToken);
        }

        folder.Execute("UPDATE sdk_api_keys_events SET at = 1");
        folder.Execute("CREATE TRIGGER broken BEFORE DELETE ON sdk_api_keys_events BEGIN SELECT RAISE(ABORT, 'out of order'); END");
        using var host = await StartAsync(folder, receiver.Url, log: log);
        await SpendAsync(host, cents: 50);

        Assert.Equal(2, (await receiver.WaitForAsync(2)).Count);
        Assert.Contains("out of order", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hooks.example/x", First, "Url")]
    [InlineData("https://hooks.example/x", "secret", "Secrets")]
    [InlineData("https://hooks.example/x", null, "Secrets")]
    public async Task A_bad_setting_stops_the_start(string url, string? secret, string field)
    {
        using var folder = new KeyFolder();
        var error = await Assert.ThrowsAsync<InvalidFieldException>(() => StartAsync(folder, new Uri(url), secret is null ? [] : [secret]));
        Assert.Equal(field, error.Field);
        Assert.DoesNotContain("secret\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(WebhookOptions.PollInterval), "1.00:00:00")]
    [InlineData(nameof(WebhookOptions.Timeout), "01:00:00")]
    [InlineData(nameof(WebhookOptions.ExpiryNotice), "36500.00:00:00")]
    [InlineData(nameof(WebhookOptions.Retention), "36500.00:00:00")]
    public async Task A_time_that_no_timer_or_table_can_hold_stops_the_start(string field, string longest)
    {
        using var folder = new KeyFolder();
        var property = typeof(WebhookOptions).GetProperty(field)!;
        foreach (var tooLong in new[] { TimeSpan.Parse(longest, CultureInfo.InvariantCulture) + TimeSpan.FromTicks(1), TimeSpan.MaxValue })
        {
            var error = await Assert.ThrowsAsync<InvalidFieldException>(() => StartAsync(folder, Elsewhere, configure: options => property.SetValue(options, tooLong)));
            Assert.Equal(field, error.Field);
        }

        using var host = await StartAsync(folder, Elsewhere, configure: options => property.SetValue(options, TimeSpan.Parse(longest, CultureInfo.InvariantCulture)));
        Assert.False(await StopsWithinAsync(host, TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void Attempts_become_rarer()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), WebhookDispatcher.Backoff(1));
        Assert.Equal(TimeSpan.FromSeconds(20), WebhookDispatcher.Backoff(3));
        Assert.Equal(WebhookDispatcher.Backoff(50), WebhookDispatcher.Backoff(13));
    }

    /// <summary>Computed as the specification says, apart from the code under test.</summary>
    private static string Signature(string secret, ReceivedWebhook webhook)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var content = Encoding.UTF8.GetBytes($"{webhook.Id}.{webhook.Timestamp}.{webhook.Body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
    }

    private static async Task BringForwardAsync(KeyFolder folder, Receiver receiver, int count)
    {
        while (receiver.Received.Count < count)
        {
            folder.Execute("UPDATE sdk_api_keys_events SET due_at = 0 WHERE delivered_at IS NULL AND attempts > 0");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<CreatedKey> SpendAsync(IHost host, int cents)
    {
        var keys = host.Services.GetRequiredService<AgentKeys>();
        var created = await KeyFolder.MintAsync(keys);
        Assert.True((await keys.ChargeAsync(keys.Identify(created.Secret.Reveal()), new ChargeRequest("docs.read", Cost.FromCents(cents)))).IsAllowed);
        return created;
    }

    private static async Task<bool> StopsWithinAsync(IHost host, TimeSpan patience)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await Task.Delay(patience, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return stopping.IsCancellationRequested;
    }

    private static async Task<IHost> StartAsync(KeyFolder folder, Uri url, string[]? secrets = null, LogLines? log = null, Action<WebhookOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddAgentKeys(_ => folder.OpenStore(), options => options.Events = new EventRules());
        builder.Services.AddAgentKeyWebhooks(options =>
        {
            options.Url = url;
            options.PollInterval = TimeSpan.FromMilliseconds(20);
            foreach (var secret in secrets ?? [First, Second])
            {
                options.Secrets.Add(secret);
            }

            configure?.Invoke(options);
        });
        var host = builder.Build();
        await host.Services.GetRequiredService<AgentKeys>().MigrateAsync(TestContext.Current.CancellationToken);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
