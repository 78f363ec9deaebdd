using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentKey.Serve.Tests.Metrics;

public sealed partial class MetricsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // A counter has no series before its first event, and increase() takes the first value that it sees for the start.
    [Fact]
    public async Task An_alert_on_what_seldom_happens_counts_its_first_time()
    {
        var rules = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "agentkey-rules.yml"), Cancel);
        var increases = rules.Where(line => line.Contains("expr:", StringComparison.Ordinal) && line.Contains("increase(", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, increases.Count);
        Assert.All(increases, line => Assert.Matches(
            @"expr: sum\(\((\w+) unless last_over_time\(\1\[1d\] offset (\w+)\)\) or increase\(\1\[\2\]\)\) > 0$", line));
    }

    // A sum over series that are not there is no zero but nothing, and so is whatever is added to it: one sum over all counts.
    [Fact]
    public async Task An_alert_adds_nothing_that_may_not_be_there()
    {
        var alerts = await AlertsAsync();

        Assert.True(alerts.Count > 5, $"{alerts.Count} alerts");
        Assert.All(alerts, alert => Assert.DoesNotContain(" + ", alert.Value, StringComparison.Ordinal));
    }

    // An application asks the store for the key first, and after a failure there charges nothing any more.
    [Fact]
    public async Task The_alert_on_the_store_looks_at_whatever_asks_it()
    {
        var alert = (await AlertsAsync())["AgentKeyStoreDown"];

        Assert.All(
            ["charge", "validation"],
            asked => Assert.Contains($$"""rate(agentkey_{{asked}}_duration_seconds_count{agentkey_outcome="undecided"}[5m])""", alert, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scrape_tells_exactly_what_was_charged_refused_and_overrun()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);
        await using var beside = await Sidecar.StartAsync(database);
        await using var process = await ServeProcess.StartAsync(database, "--metrics-url", "http://127.0.0.1:0");
        var key = await beside.MintAsync(cents: 60);

        await UseEverythingAsync(process, key.Secret.Reveal());
        var lines = (await ScrapeAsync(process)).Split('\n');

        Assert.Contains("""agentkey_charge_amount_total{agentkey_scope="docs.read"} 15000000""", lines);
        Assert.Contains("agentkey_charge_amount_total 25000000", lines);
        Assert.Contains("""agentkey_charge_refused_total{agentkey_scope="docs.read",error_type="budget_exhausted"} 1""", lines);
        Assert.Contains("agentkey_hold_overrun_total 5000000", lines);
        Assert.Contains("agentkey_charge_returned_total 1", lines);
        Assert.Contains("agentkey_hold_active 0", lines);
        Assert.Contains("agentkey_store_up 1", lines);
        Assert.Contains("""agentkey_charge_duration_seconds_bucket{agentkey_outcome="denied",agentkey_scope="docs.read",le="+Inf"} 1""", lines);
        Assert.Contains("""agentkey_charge_duration_seconds_count{agentkey_outcome="denied",agentkey_scope="docs.read"} 1""", lines);
        Assert.Contains("# TYPE agentkey_charge_duration_seconds histogram", lines);
        Assert.Contains("# TYPE agentkey_charge_amount_total counter", lines);
        Assert.DoesNotContain(lines, line => line.Contains("acme", StringComparison.Ordinal) || line.Contains(key.Secret.Reveal(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_name_in_the_alerts_and_on_the_dashboard_is_in_a_scrape()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);
        await using var beside = await Sidecar.StartAsync(database);
        await using var process = await ServeProcess.StartMeasuredAsync(database, "5");
        await UseEverythingAsync(process, (await beside.MintAsync(cents: 60)).Secret.Reveal());

        var known = Words().Matches(await ScrapeAsync(process)).Select(match => match.Value).ToHashSet();
        var rules = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "agentkey-rules.yml"), Cancel);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "agentkey.json"), Cancel));
        string[] queries =
        [
            .. rules.Where(line => line.TrimStart().StartsWith("expr:", StringComparison.Ordinal)),
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.Text("expr")),
        ];

        Assert.True(queries.Length > 12, $"{queries.Length} queries");
        Assert.Empty(queries.SelectMany(query => Words().Matches(query)).Select(match => match.Value).Distinct().Except(known));
    }

    [Fact]
    public async Task How_full_budgets_are_is_told_anew_at_each_scrape_and_only_of_as_many_as_was_asked_for()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);
        await using var beside = await Sidecar.StartAsync(database);
        await using var process = await ServeProcess.StartMeasuredAsync(database, "1");
        var (one, other) = (await beside.MintAsync(cents: 100), await beside.MintAsync(cents: 100));
        using var client = Sidecar.ClientOf(process.Data, Sidecar.AppToken);

        await ChargeAsync(one, 25);
        var first = await ScrapeAsync(process);
        var again = await ScrapeAsync(process);
        await ChargeAsync(other, 50);
        var last = await ScrapeAsync(process);

        Assert.Contains($$"""agentkey_budget_utilization{agentkey_budget="key:{{one.Key.Id}}"} 0.25{{"\n"}}""", first, StringComparison.Ordinal);
        Assert.Contains($$"""agentkey_budget_utilization{agentkey_budget="key:{{one.Key.Id}}"} 0.25{{"\n"}}""", again, StringComparison.Ordinal);
        Assert.Contains($$"""agentkey_budget_utilization{agentkey_budget="key:{{other.Key.Id}}"} 0.5{{"\n"}}""", last, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"key:{one.Key.Id}\"", last, StringComparison.Ordinal);

        async Task ChargeAsync(AgentKey.Keys.CreatedKey key, int cents)
        {
            using var response = await Sidecar.AskAsync(client, "/v1/charges", $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "costCents": {{cents}}}""");
            await response.IsDoneAsync();
        }
    }

    [Fact]
    public async Task A_store_that_is_down_is_told_and_does_not_break_the_scrape()
    {
        await using var database = await Database.CreateOwnAsync(Database.Postgres);
        await using var beside = await Sidecar.StartAsync(database);
        await using var process = await ServeProcess.StartAsync(database, "--metrics-url", "http://127.0.0.1:0");

        database.TakeAway();
        var during = await ScrapeAsync(process);
        database.BringBack();
        var after = await ScrapeAsync(process);

        Assert.Contains("\nagentkey_store_up 0\n", during, StringComparison.Ordinal);
        Assert.Contains("\nagentkey_store_up 1\n", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_unless_asked_for_and_only_where()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        Assert.Null(sidecar.Server.MetricsAddress);
        using var atData = await sidecar.App.GetAsync("/metrics", Cancel);
        await atData.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private static async Task<IReadOnlyDictionary<string, string>> AlertsAsync()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "agentkey-rules.yml"), Cancel);
        return Alerts().Matches(rules).ToDictionary(alert => alert.Groups["name"].Value, alert => alert.Groups["expr"].Value);
    }

    private static async Task<string> ScrapeAsync(ServeProcess process)
    {
        using var client = Sidecar.ClientOf(process.Metrics!, token: null);
        using var response = await client.GetAsync("/metrics", Cancel);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return await response.TextAsync();
    }

    private static async Task UseEverythingAsync(ServeProcess process, string secret)
    {
        using var client = Sidecar.ClientOf(process.Data, Sidecar.AppToken);
        await AskAsync("/v1/validate", $$"""{"key": "{{secret}}"}""");
        await AskAsync("/v1/validate", """{"key": "junk"}""", HttpStatusCode.Unauthorized);
        var charge = await AskAsync("/v1/charges", $$"""{"key": "{{secret}}", "scope": "docs.read", "costCents": 15}""");
        await AskAsync("/v1/charges", $$"""{"key": "{{secret}}", "scope": "docs.read", "costCents": 50}""", HttpStatusCode.PaymentRequired);
        await AskAsync($"/v1/charges/{charge.Text("id")}/void", "{}");
        var overrun = await AskAsync("/v1/holds", $$"""{"key": "{{secret}}", "scope": "docs.read", "upToCents": 20}""");
        await AskAsync($"/v1/holds/{overrun.Text("id")}/settle", """{"costCents": 25}""");

        async Task<JsonElement> AskAsync(string path, string json, HttpStatusCode status = HttpStatusCode.OK)
        {
            using var response = await Sidecar.AskAsync(client, path, json);
            return await response.IsDoneAsync(status);
        }
    }

    [GeneratedRegex(@"- alert: (?<name>\w+)\s+expr: (?<expr>.+)")]
    private static partial Regex Alerts();

    [GeneratedRegex(@"\b(agentkey|error)_\w+")]
    private static partial Regex Words();
}
