using System.Net;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AgentKey.Dashboard.Tests;

/// <summary>What an operator does and sees, in a real browser.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operator_finds_a_key_watches_a_charge_and_stops_it(bool isPostgres)
    {
        await using var application = await DashboardApplication.StartAsync(isPostgres: isPostgres);
        var crawler = await application.MintAsync("Crawler");
        await application.MintAsync("Billing");
        await using var visit = await Visit.BeginAsync(browser, application);
        var page = visit.Page;
        await Assertions.Expect(page.Locator(".live")).ToHaveTextAsync("● live");
        Assert.Equal(HttpStatusCode.OK, (await application.CallAsync(crawler)).StatusCode);
        await Assertions.Expect(page.Locator(".lines li.charge")).ToContainTextAsync("$0.15");

        await page.GetByRole(AriaRole.Searchbox).FillAsync("crawl");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".keys tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Crawler", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".ledger tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".chart[data-ready=tool] .legend")).ToHaveTextAsync("POST /paid $0.15");
        await page.GetByRole(AriaRole.Link, new() { Name = "Revoke" }).ClickAsync();
        Assert.Equal(KeyStatus.Alive, (await application.Keys.FindAsync(crawler.Key.Id))!.Status);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1 .status")).ToHaveTextAsync("Revoked");

        await page.GetByRole(AriaRole.Link, new() { Name = "AgentKey" }).ClickAsync();
        await Assertions.Expect(page.Locator(".live")).ToHaveTextAsync("● live");
        Assert.Equal(HttpStatusCode.Unauthorized, (await application.CallAsync(crawler)).StatusCode);
        await Assertions.Expect(page.Locator(".lines li.refused")).ToContainTextAsync($"Key {crawler.Key.Id} invalid_key 1 ×");
        await Assertions.Expect(page.Locator(".keys tbody tr")).ToHaveCountAsync(1);
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task A_refused_charge_appears_with_its_count()
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler", budget: new Budgets.Budget(Cost.FromCents(1), Budgets.BudgetPeriod.Once));
        await using var visit = await Visit.BeginAsync(browser, application);
        await Assertions.Expect(visit.Page.Locator(".live")).ToHaveTextAsync("● live");
        var caller = application.Keys.Identify(key.Secret.Reveal());
        for (var count = 1; count <= 2; count++)
        {
            Assert.Equal(DenialCode.BudgetExhausted, (await application.Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(15)))).Denial!.Reason);
            await Assertions.Expect(visit.Page.Locator(".lines li.refused .number")).ToHaveTextAsync($"{count} ×");
        }

        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task A_rotated_secret_is_shown_once_and_works()
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler");
        await using var visit = await Visit.BeginAsync(browser, application);
        var page = visit.Page;
        await page.GotoAsync($"{application.Address}/agentkey/keys/{key.Key.Id}/rotate");
        await page.GetByRole(AriaRole.Combobox).SelectOptionAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        var secret = await page.Locator(".secret").InnerTextAsync();
        Assert.True((await application.Keys.ValidateAsync(application.Keys.Identify(secret))).IsAlive);
        Assert.False((await application.Keys.ValidateAsync(application.Keys.Identify(key.Secret.Reveal()))).IsAlive);
        await page.GetByRole(AriaRole.Link, new() { Name = "Done" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Crawler");
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task A_budget_is_raised_from_below_a_base_path()
    {
        await using var application = await DashboardApplication.StartAsync(basePath: "/tools");
        var key = await application.MintAsync("Crawler");
        await using var visit = await Visit.BeginAsync(browser, application, "/tools");
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Crawler", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Raise budget" }).ClickAsync();
        await page.GetByLabel("By, in dollars").FillAsync("1.50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Raise" }).ClickAsync();
        await Assertions.Expect(page.Locator(".budgets .left")).ToHaveTextAsync("$4.50 left");
        Assert.Equal(Cost.FromDollars(4.50m), (await application.Keys.FindAsync(key.Key.Id))!.Remaining);
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task A_carved_cap_is_changed_for_good_and_only_as_far_as_the_key_above_can_pay()
    {
        await using var application = await DashboardApplication.StartAsync();
        var parent = await application.MintAsync("Supervisor");
        var key = await application.Keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Name = "Crawler",
            Scopes = Scopes.ScopeSet.Of("docs.*"),
            Budget = new Budgets.Budget(Cost.FromDollars(1), Budgets.BudgetPeriod.Day),
            ParentId = parent.Key.Id,
            Carve = true,
        });
        await using var visit = await Visit.BeginAsync(browser, application);
        var page = visit.Page;
        await page.GotoAsync($"{application.Address}/agentkey/keys/{key.Key.Id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change cap" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Cap, in dollars")).ToHaveValueAsync("1.00");
        await page.GetByLabel("Cap, in dollars").FillAsync("2.50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cap", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".budgets .left")).ToHaveTextAsync(["$2.50 left", "$0.50 left"]);
        Assert.Equal((Cost.FromDollars(2.50m), Cost.FromDollars(0.50m)), (
            (await application.Keys.FindAsync(key.Key.Id))!.Budget!.Cap, (await application.Keys.FindAsync(parent.Key.Id))!.Remaining));
        visit.AssertNoComplaint();

        await page.GetByRole(AriaRole.Link, new() { Name = "Change cap" }).ClickAsync();
        await page.GetByLabel("Cap, in dollars").FillAsync("3.01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cap", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("wider than the parent's");
        Assert.Equal(Cost.FromDollars(2.50m), (await application.Keys.FindAsync(key.Key.Id))!.Budget!.Cap);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Light, 768)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 360)]
    [InlineData(ColorScheme.Dark, 1440)]
    public async Task Every_page_is_accessible_fits_its_screen_and_is_photographed(ColorScheme scheme, int width)
    {
        await using var application = await DashboardApplication.StartAsync();
        var id = await FillAsync(application);
        await using var visit = await Visit.BeginAsync(browser, application, scheme: scheme, width: width);
        var page = visit.Page;
        await InspectAsync(page, $"list-{scheme}-{width}", isChart: true);
        foreach (var (name, path) in new[] { ("key", ""), ("revoke", "/revoke"), ("rotate", "/rotate"), ("raise", "/raise"), ("cap", "/cap") })
        {
            await page.GotoAsync($"{application.Address}/agentkey/keys/{id}{path}");
            await InspectAsync(page, $"{name}-{scheme}-{width}", isChart: path.Length == 0);
        }

        await page.GotoAsync($"{application.Address}/agentkey/tools");
        await InspectAsync(page, $"tools-{scheme}-{width}", isChart: false);
        await page.GotoAsync($"{application.Address}/agentkey/?q=nobody");
        await InspectAsync(page, $"nothing-{scheme}-{width}", isChart: true);
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task The_tools_of_the_program_are_listed_as_its_manifest_has_them()
    {
        await using var application = await DashboardApplication.StartAsync();
        await using var visit = await Visit.BeginAsync(browser, application);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Tools" }).ClickAsync();
        var rows = visit.Page.Locator(".tools tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        Assert.Equal(
            ["ProxyTools.ChatAsync", "AgentKey.Dashboard.Tests.ProxyTools.ChatAsync", "proxy.chat", "$0.15", "returned", "returned"],
            await CellsAsync(rows.Nth(0)));
        Assert.Equal(["ProxyTools.Version", "AgentKey.Dashboard.Tests.ProxyTools.Version", "public", "free", "", ""], await CellsAsync(rows.Nth(1)));
        visit.AssertNoComplaint();
    }

    private static async Task<string[]> CellsAsync(ILocator row) =>
        [.. (await row.Locator("td").AllInnerTextsAsync()).SelectMany(cell => cell.Split('\n')).Select(text => text.Trim())];

    private static async Task InspectAsync(IPage page, string name, bool isChart)
    {
        if (isChart)
        {
            await Assertions.Expect(page.Locator(".chart[data-ready=tool]")).ToHaveCountAsync(1);
        }

        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder.FullName, name + ".png"), FullPage = true });
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than its screen.");
        var violations = (await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical" or "moderate");
        Assert.Empty(violations.Select(violation => $"{name}: {violation.Id} at {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
    }

    /// <summary>A day in the life of an account.</summary>
    /// <returns>The id of a key with keys above and below it.</returns>
    private static async Task<string> FillAsync(DashboardApplication application)
    {
        var supervisor = await application.MintAsync("Supervisor of the nightly research run", budget: new Budgets.Budget(Cost.FromDollars(20), Budgets.BudgetPeriod.Month));
        var crawler = await application.MintAsync("Crawler", parentId: supervisor.Key.Id, budget: new Budgets.Budget(Cost.FromDollars(5), Budgets.BudgetPeriod.Month));
        var writer = await application.MintAsync("Writer", parentId: crawler.Key.Id, budget: new Budgets.Budget(Cost.FromDollars(2), Budgets.BudgetPeriod.Once));
        await application.MintAsync("Unused", "globex");
        await application.Keys.SetBudgetAsync(Budgets.BudgetOwner.Key(crawler.Key.Id), "hourly", new Budgets.Budget(Cost.FromDollars(4), Budgets.BudgetPeriod.Hour));
        await application.Keys.SetBudgetAsync(Budgets.BudgetOwner.Account("acme"), "total", new Budgets.Budget(Cost.FromDollars(50), Budgets.BudgetPeriod.Month));
        foreach (var (key, tool, cents, times) in new[] { (crawler, "search", 7L, 9), (crawler, "fetch_page", 3L, 5), (writer, "summarize", 21L, 9), (supervisor, "plan", 40L, 3) })
        {
            var caller = application.Keys.Identify(key.Secret.Reveal(), "ann@acme.example");
            for (var i = 0; i < times; i++)
            {
                await application.Keys.ChargeAsync(caller, new ChargeRequest("docs." + tool.Split('_')[0], Cost.FromCents(cents)) { Tool = tool });
            }
        }

        await application.Keys.HoldAsync(application.Keys.Identify(crawler.Secret.Reveal()), new ChargeRequest("docs.think", Cost.FromCents(20)) { Tool = "think" }, TimeSpan.FromMinutes(5));
        var old = await application.MintAsync("Old experiment");
        await application.Keys.RevokeAsync(old.Key.Id);
        await application.Keys.ChargeAsync(application.Keys.Identify(old.Secret.Reveal()), new ChargeRequest("docs.read", Cost.FromCents(1)));
        return crawler.Key.Id;
    }
}
