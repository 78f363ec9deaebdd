using System.Text.Json;
using System.Text.RegularExpressions;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.AspNetCore.Tests.Telemetry;

public sealed partial class MetricTests
{
    [Fact]
    public async Task Charges_refusals_holds_and_returns_are_measured_as_they_were()
    {
        await using var application = await MeasuredApplication.StartAsync();

        await UseEverythingAsync(application);

        Assert.Equal([30_000_000, 25_000_000, 2_000_000], application.Of("agentkey.charge.amount").Select(measurement => measurement.Value));
        Assert.Equal("docs.read", application.Of("agentkey.charge.amount").First().Tags["agentkey.scope"]);
        Assert.Equal(["insufficient_scope", "budget_exhausted"], application.Of("agentkey.charge.refused").Select(measurement => measurement.Tags["error.type"]!));
        Assert.Equal(1, application.Of("agentkey.charge.returned").Sum(measurement => measurement.Value));
        Assert.Equal(0, application.Of("agentkey.hold.active").Sum(measurement => measurement.Value));
        Assert.Equal(15_000_000, application.Of("agentkey.hold.overrun").Sum(measurement => measurement.Value));
        Assert.Equal(1, application.Of("agentkey.hold.late").Sum(measurement => measurement.Value));
        Assert.Contains(application.Of("agentkey.validation.duration"), measurement => measurement.Tags["agentkey.outcome"] == "alive");
        Assert.Contains(application.Of("agentkey.validation.duration"), measurement => measurement.Tags.GetValueOrDefault("error.type") == "unknown");
        Assert.All(application.Of("agentkey.charge.duration"), measurement => Assert.InRange(measurement.Value, 0.000_001m, 600));
    }

    [Fact]
    public async Task A_hold_that_expired_ends_once_whatever_is_tried_after_it()
    {
        await using var application = await MeasuredApplication.StartAsync();
        var keys = application.Server.Keys;
        var key = await KeyFolder.MintAsync(keys, 60, "docs.read");
        var caller = keys.Identify(key.Secret.Reveal());
        var (given, settled) = (await ExpiringAsync(), await ExpiringAsync());
        var open = await keys.HoldAsync(caller, Request(5), TimeSpan.FromMinutes(1));
        await UntilReleasedAsync(keys, key, Cost.FromCents(5));

        Assert.Equal([VoidResult.Expired, VoidResult.Expired], [await keys.VoidAsync(given), await keys.VoidAsync(given)]);
        Assert.Equal(SettleOutcome.SettledLate, (await keys.SettleAsync(given, Cost.FromCents(2))).Outcome);
        Assert.Equal(SettleOutcome.SettledLate, (await keys.SettleAsync(settled, Cost.FromCents(3))).Outcome);
        Assert.Equal([VoidResult.AlreadySettled, VoidResult.AlreadySettled], [await keys.VoidAsync(given), await keys.VoidAsync(settled)]);

        Assert.Equal(1, application.Of("agentkey.hold.active").Sum(measurement => measurement.Value));
        Assert.Equal(2, application.Of("agentkey.hold.late").Sum(measurement => measurement.Value));
        Assert.Equal([2_000_000, 3_000_000], application.Of("agentkey.charge.amount").Select(measurement => measurement.Value));
        Assert.Equal(VoidResult.Voided, await keys.VoidAsync(open.Receipt!));
        Assert.Equal(0, application.Of("agentkey.hold.active").Sum(measurement => measurement.Value));

        async Task<HoldReceipt> ExpiringAsync() => (await keys.HoldAsync(caller, Request(5), TimeSpan.FromSeconds(1))).Receipt!;
    }

    [Fact]
    public async Task The_budgets_nearest_to_their_cap_are_measured_when_somebody_asked_for_them()
    {
        await using var application = await MeasuredApplication.StartAsync(measuredBudgets: 2);
        var keys = application.Server.Keys;
        var (half, most, little) = (await KeyFolder.MintAsync(keys), await KeyFolder.MintAsync(keys), await KeyFolder.MintAsync(keys));
        foreach (var (key, cents) in new[] { (half, 50), (most, 90), (little, 10) })
        {
            Assert.True((await keys.ChargeAsync(keys.Identify(key.Secret.Reveal()), Request(cents))).IsAllowed);
        }

        application.Observe();
        Assert.Equal([($"key:{half.Key.Id}", 0.5m), ($"key:{most.Key.Id}", 0.9m)], Seen(application));

        // A cap that is lowered counts at once, and one budget too many leaves out the emptiest.
        await keys.ChangeCapAsync(little.Key.Id, Cost.FromCents(10), cancellationToken: TestContext.Current.CancellationToken);
        application.Observe();
        Assert.Equal([($"key:{most.Key.Id}", 0.9m), ($"key:{little.Key.Id}", 1m)], Seen(application).Skip(2));

        static IEnumerable<(string, decimal)> Seen(MeasuredApplication application) =>
            application.Of("agentkey.budget.utilization").Select(measurement => (measurement.Tags["agentkey.budget"]!, measurement.Value));
    }

    [Fact]
    public async Task Row67_What_the_store_did_not_decide_is_measured_as_undecided()
    {
        await using var application = await MeasuredApplication.StartAsync();
        var key = await KeyFolder.MintAsync(application.Server.Keys);

        application.Server.Folder.TakeAway();
        (await application.Server.GetAsync("/key", "Bearer " + key.Secret.Reveal())).Dispose();
        application.Server.Folder.BringBack();

        var measured = Assert.Single(application.Of("agentkey.validation.duration"));
        Assert.Equal("undecided", measured.Tags["agentkey.outcome"]);
        Assert.Equal("AgentKey.Storage.StoreUnavailableException", measured.Tags["error.type"]);
    }

    [Fact]
    public async Task Row78_No_tag_tells_a_key_an_account_or_a_secret()
    {
        await using var application = await MeasuredApplication.StartAsync();

        var key = await UseEverythingAsync(application);
        application.Observe();

        string[] known = ["agentkey.outcome", "agentkey.scope", "error.type"];
        Assert.All(application.Measurements, measurement => Assert.Subset(known.ToHashSet(), measurement.Tags.Keys.ToHashSet()));
        var values = application.Measurements.SelectMany(measurement => measurement.Tags.Values).ToHashSet();
        Assert.False(values.Contains(key.Secret.Reveal()) || values.Contains(key.Secret.Hash.Hex) || values.Contains("acme"), "a tag tells too much");
    }

    [Fact]
    public async Task Every_name_on_the_dashboard_is_one_that_a_running_application_measures()
    {
        await using var application = await MeasuredApplication.StartAsync(measuredBudgets: 5);
        await UseEverythingAsync(application);
        application.Observe();
        var names = application.Measurements.SelectMany(measurement => PrometheusNames.Of(measurement.Instrument)).ToHashSet();
        var labels = application.Measurements.SelectMany(measurement => measurement.Tags.Keys).Select(PrometheusNames.Escape).ToHashSet();

        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "agentkey.json")));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)
            .ToList();
        var used = queries.SelectMany(query => Words().Matches(query).Select(match => match.Value)).ToHashSet();

        Assert.NotEmpty(queries);
        Assert.Empty(used.Except(names).Except(labels));
        // And nothing that is measured is missing there, however it is aggregated.
        var shown = string.Join('\n', queries);
        Assert.All(
            application.Measurements.Select(measurement => PrometheusNames.Of(measurement.Instrument)).DistinctBy(all => all[0]),
            all => Assert.True(all.Any(name => shown.Contains(name, StringComparison.Ordinal)), $"{all[0]} is on no panel"));
    }

    private static async Task<CreatedKey> UseEverythingAsync(MeasuredApplication application)
    {
        var keys = application.Server.Keys;
        var key = await KeyFolder.MintAsync(keys, 60, "docs.read");
        var caller = keys.Identify(key.Secret.Reveal());
        var second = TimeSpan.FromSeconds(1);

        (await application.Server.GetAsync("/key", "Bearer " + key.Secret.Reveal())).Dispose();
        (await application.Server.GetAsync("/key", "Bearer " + AgentSecret.Generate().Reveal())).Dispose();
        var charged = await keys.ChargeAsync(caller, Request(30));
        await keys.ChargeAsync(caller, new ChargeRequest("proxy.chat", Cost.FromCents(1)));
        await keys.ChargeAsync(caller, Request(31));
        await keys.VoidAsync(charged.Receipt!);
        var overrun = await keys.HoldAsync(caller, Request(10), TimeSpan.FromMinutes(1));
        await keys.SettleAsync(overrun.Receipt!, Cost.FromCents(25));
        var late = await keys.HoldAsync(caller, Request(5), second);
        await UntilReleasedAsync(keys, key, Cost.FromCents(25));
        await keys.SettleAsync(late.Receipt!, Cost.FromCents(2));
        return key;
    }

    private static async Task UntilReleasedAsync(AgentKeys keys, CreatedKey key, Cost left)
    {
        while ((await keys.FindAsync(key.Key.Id))!.Spent > left)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static ChargeRequest Request(decimal cents) => new("docs.read", Cost.FromCents(cents));

    [GeneratedRegex(@"\b(agentkey|error)_\w+")]
    private static partial Regex Words();
}
