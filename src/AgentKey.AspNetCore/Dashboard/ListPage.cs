using AgentKey.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>The first page: spending, the feed, and all keys, searched and paged in the database.</summary>
internal sealed class ListPage(AgentKeys keys, Feed feed, TimeProvider time)
{
    private const int PageSize = 25;
    private const int LongestSearch = 200;

    public async Task<Html> ReadAsync(HttpContext context)
    {
        var search = context.Request.Query["q"].ToString().Trim();
        var query = new KeyQuery
        {
            Search = search.Length is > 0 and <= LongestSearch ? search : null,
            IncludeDead = context.Request.Query["dead"] == "on",
            AfterId = context.Request.Query["after"].ToString() is { Length: > 0 } after ? after : null,
            NewestFirst = true,
            Limit = PageSize + 1,
        };
        var found = await keys.ListAsync(query, context.RequestAborted).ConfigureAwait(false);
        var lines = await feed.ReadAsync(context.RequestAborted).ConfigureAwait(false);
        return DashboardLayout.Page("Keys", "", Html.Of($"""
            <h1 class="hidden">Keys</h1>
            <div class="overview">
            {DashboardLayout.Chart("spending.json")}
            {FeedCard(lines)}
            </div>
            <section class="card" aria-labelledby="keys">
            <div class="card-head"><h2 id="keys">Keys</h2>{SearchForm(query)}</div>
            {Rows(query, found)}
            </section>
            """));
    }

    private static Html SearchForm(KeyQuery query) => Html.Of($"""
        <form class="search" role="search" method="get" action="./"><label class="hidden" for="q">Search keys</label><input id="q" name="q" type="search" value="{query.Search}" maxlength="{LongestSearch}" placeholder="Name, account, id, who delegated …"><label class="check"><input type="checkbox" name="dead"{(query.IncludeDead ? Html.Of($" checked") : default)}> also dead</label><button type="submit">Search</button></form>
        """);

    private Html FeedCard(IReadOnlyList<Feed.Line> lines) => Html.Of($"""
        <section class="card feed" aria-labelledby="live">
        <div class="card-head"><h2 id="live">Live</h2><span class="live" role="status">connecting …</span></div>
        <ol class="lines" data-feed="feed" tabindex="0" aria-label="Charges and refusals">{lines.Select(line => line.Markup)}</ol>
        <p class="empty quiet">Nothing has been charged yet. The first call of any key appears here.</p>
        {(keys.RecordsRefusals ? default : Html.Of($"""<p class="quiet foot">Refusals are not recorded: set <code>AgentKeysOptions.Events</code>.</p>"""))}
        </section>
        """);

    private Html Rows(KeyQuery query, IReadOnlyList<Keys.KeyInfo> found)
    {
        if (found.Count == 0)
        {
            return query.Search is null && query.AfterId is null
                ? Html.Of($"""<p class="empty quiet">There is no live key. Make one with <code>agentkey create --scope 'docs.*' --budget 3.00</code>.</p>""")
                : Html.Of($"""<p class="empty quiet">No key matches. <a href="./">Show all</a></p>""");
        }

        Keys.KeyInfo[] shown = [.. found.Take(PageSize)];
        return Html.Of($"{KeyMarkup.Table(shown, "", time.GetUtcNow())}{Pager(query, found.Count > PageSize ? shown[^1].Id : null)}");
    }

    private static Html Pager(KeyQuery query, string? last)
    {
        var filter = $"?q={Uri.EscapeDataString(query.Search ?? "")}{(query.IncludeDead ? "&dead=on" : "")}";
        return Html.Of($"""
            <nav class="pager" aria-label="Pages">{(query.AfterId is null ? default : Html.Of($"""<a class="button" href="{filter}">Newest</a>"""))}{(last is null ? default : Html.Of($"""<a class="button" rel="next" href="{filter}&amp;after={Uri.EscapeDataString(last)}">Older</a>"""))}</nav>
            """);
    }
}
