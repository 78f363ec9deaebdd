using Microsoft.Playwright;

namespace AgentKey.Dashboard.Tests;

/// <summary>A signed-in person at a browser. Whatever the browser complains about, broken policies of content included, fails the test at the end.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private Visit(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, error) => Note(error);
        page.RequestFailed += (_, request) => Note(request.Failure is null or "net::ERR_ABORTED" ? null : $"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    public static async Task<Visit> BeginAsync(Browser browser, DashboardApplication application, string basePath = "", ColorScheme scheme = ColorScheme.Light, int width = 1440)
    {
        var context = await browser.Chromium.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(120_000);
        var visit = new Visit(await context.NewPageAsync());
        await context.APIRequest.GetAsync($"{application.Address}{basePath}/sign-in");
        await visit.Page.GotoAsync($"{application.Address}{basePath}/agentkey");
        return visit;
    }

    public void AssertNoComplaint() => Assert.Empty(_complaints);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    private void Note(string? complaint)
    {
        if (complaint is not null)
        {
            _complaints.Add(complaint);
        }
    }
}
