namespace AgentKey.AspNetCore.Dashboard;

/// <summary>What every page has. Links are relative, so that a page works below any path and behind any proxy.</summary>
internal static class DashboardLayout
{
    /// <param name="title">The title of the page, as text.</param>
    /// <param name="root">The way back to the first page, e.g. <c>../</c>.</param>
    /// <param name="body">What the page is about.</param>
    public static Html Page(string title, string root, Html body) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · AgentKey</title>
        <link rel="icon" href="{root}{DashboardAssets.Link("icon.svg")}" type="image/svg+xml">
        <link rel="stylesheet" href="{root}{DashboardAssets.Link("uPlot.min.css")}">
        <link rel="stylesheet" href="{root}{DashboardAssets.Link("dashboard.css")}">
        <script src="{root}{DashboardAssets.Link("uPlot.min.js")}" defer></script>
        <script src="{root}{DashboardAssets.Link("dashboard.js")}" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top"><a class="brand" href="{Home(root)}"><img src="{root}{DashboardAssets.Link("icon.svg")}" alt="" width="24" height="24">AgentKey</a><nav aria-label="Sections"><a href="{Home(root)}">Keys</a><a href="{root}tools">Tools</a></nav></header>
        <main id="main">
        {body}
        </main>
        </body>
        </html>

        """);

    /// <summary>Spending over time; the script draws it, and writes the same as a table.</summary>
    public static Html Chart(string source) => Html.Of($"""
        <section class="card chart" aria-labelledby="spending">
        <div class="card-head"><h2 id="spending">Spending, 30 days</h2>
        <div class="switch" role="group" aria-label="Add up by"><button type="button" data-by="tool" aria-pressed="true">Tool</button><button type="button" data-by="key" aria-pressed="false">Key</button></div></div>
        <div class="plot" data-source="{source}" role="img" aria-label="Spending by day"><p class="quiet">Adding up …</p></div>
        <ul class="legend"></ul>
        <details><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Spending as a table"><table class="figures"></table></div></details>
        </section>
        """);

    public static Html Problem(string title, string text, string root) => Page(title, root, Html.Of($"""
        <div class="card narrow"><h1>{title}</h1><p>{text}</p><p><a class="button" href="{Home(root)}">All keys</a></p></div>
        """));

    // A link to nowhere would lead to the page itself.
    private static string Home(string root) => root.Length == 0 ? "./" : root;
}
