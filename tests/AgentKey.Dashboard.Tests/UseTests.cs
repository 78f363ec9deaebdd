using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.Playwright;

namespace AgentKey.Dashboard.Tests;

/// <summary>How the pages behave: without a mouse, while they come up, and what they load and draw.</summary>
public sealed class UseTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_key_is_found_and_revoked_with_the_keyboard_alone()
    {
        await using var application = await DashboardApplication.StartAsync();
        var crawler = await application.MintAsync("Crawler");
        await application.MintAsync("Billing");
        await using var visit = await Visit.BeginAsync(browser, application);
        var page = visit.Page;

        await TabToAsync(page, "Skip to content");
        await TabToAsync(page, "q");
        await page.Keyboard.TypeAsync("crawl");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".keys tbody tr")).ToHaveCountAsync(1);
        await EnterAsync("Crawler", "Crawler Alive");
        await EnterAsync("Revoke", "Revoke Crawler?");
        await EnterAsync("Revoke", "Crawler Revoked");

        Assert.Equal(KeyStatus.Revoked, (await application.Keys.FindAsync(crawler.Key.Id))!.Status);
        visit.AssertNoComplaint();

        async Task EnterAsync(string name, string heading)
        {
            await TabToAsync(page, name);
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(heading);
        }
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1440)]
    public async Task Nothing_moves_while_a_page_comes_up_and_nothing_comes_from_elsewhere(int width)
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler");
        await SpendAsync(application, key);
        await using var visit = await Visit.BeginAsync(browser, application, width: width);
        var page = visit.Page;
        var loaded = new List<string>();
        page.Request += (_, request) => loaded.Add(request.Url);
        await page.AddInitScriptAsync("""
            window.shifts = [];
            new PerformanceObserver(list => window.shifts.push(...list.getEntries().flatMap(shift => shift.sources.map(source => source.node?.parentElement?.outerHTML ?? "?")))).observe({ type: "layout-shift", buffered: true });
            """);

        foreach (var path in new[] { "/", $"/keys/{key.Key.Id}", $"/keys/{key.Key.Id}/raise", "/tools" })
        {
            await page.GotoAsync($"{application.Address}/agentkey{path}");
            if (!path.EndsWith("raise", StringComparison.Ordinal) && path != "/tools")
            {
                await Assertions.Expect(page.Locator(".chart[data-ready=tool] .legend li")).ToHaveCountAsync(1);
            }

            // What the last frame moved is reported after it.
            await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))");
            Assert.Equal((path, ""), (path, await page.EvaluateAsync<string>("() => window.shifts.join()")));
        }

        Assert.NotEmpty(loaded);
        Assert.All(loaded, url => Assert.StartsWith(application.Address + "/", url, StringComparison.Ordinal));
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task Spending_is_drawn_by_tool_and_by_key()
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler");
        await SpendAsync(application, key);
        await using var visit = await Visit.BeginAsync(browser, application);
        var chart = visit.Page.Locator(".chart");

        await Assertions.Expect(chart.Locator(".legend")).ToHaveTextAsync("search $0.60");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Key", Exact = true }).ClickAsync();
        await Assertions.Expect(chart.Locator(".legend")).ToHaveTextAsync($"Crawler ({key.Key.Id}) $0.60");
        await Assertions.Expect(chart.Locator("canvas")).ToHaveCountAsync(1);
        await chart.GetByText("As a table").ClickAsync();
        await Assertions.Expect(chart.Locator("tbody tr").First.Locator(".number")).ToHaveTextAsync("$0.60");
        visit.AssertNoComplaint();
    }

    [Fact]
    public async Task A_bar_shows_what_is_spent_held_and_left()
    {
        await using var application = await DashboardApplication.StartAsync();
        var key = await application.MintAsync("Crawler");
        await SpendAsync(application, key);
        await application.Keys.HoldAsync(application.Keys.Identify(key.Secret.Reveal()), new ChargeRequest("docs.think", Cost.FromCents(30)), TimeSpan.FromMinutes(5));
        await using var visit = await Visit.BeginAsync(browser, application);
        await visit.Page.GotoAsync($"{application.Address}/agentkey/keys/{key.Key.Id}");
        var budget = visit.Page.Locator(".budgets .budget");

        Assert.Equal(["$0.60 spent", "$0.30 held", "$2.10 left"], await budget.Locator(".amounts > span").AllInnerTextsAsync());
        Assert.Equal(("200", "100"), (await budget.Locator(".spent").GetAttributeAsync("width"), await budget.Locator(".held").GetAttributeAsync("width")));
        visit.AssertNoComplaint();
    }

    private static async Task SpendAsync(DashboardApplication application, CreatedKey key)
    {
        var decision = await application.Keys.ChargeAsync(
            application.Keys.Identify(key.Secret.Reveal()), new ChargeRequest("docs.search", Cost.FromCents(60)) { Tool = "search" });
        Assert.True(decision.IsAllowed);
    }

    /// <summary>Goes on by Tab to what has a text or a name, and sees to it that a person would see where they are.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        for (var patience = 0; ; patience++)
        {
            Assert.True(patience < 60, $"Tab does not lead to {name}.");
            await page.Keyboard.PressAsync("Tab");
            var (text, outline) = (
                await page.EvaluateAsync<string>("() => document.activeElement.name || document.activeElement.innerText"),
                await page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
            if (text == name)
            {
                Assert.NotEqual("none", outline);
                return;
            }
        }
    }
}
