using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>One key: what it may do and has left, the keys above and below it, and its ledger page by page.</summary>
internal sealed class KeyPage(AgentKeys keys, TimeProvider time)
{
    private const int LedgerPageSize = 50;
    private const int MostChildren = 50;

    public async Task<Html> ReadAsync(HttpContext context, KeyInfo key)
    {
        var cancellationToken = context.RequestAborted;
        var before = long.TryParse(context.Request.Query["before"], out var sequence) ? sequence : (long?)null;
        var above = await ReadAboveAsync(key, cancellationToken).ConfigureAwait(false);
        var below = await keys.ListAsync(new KeyQuery { ParentId = key.Id, IncludeDead = true, Limit = MostChildren + 1 }, cancellationToken).ConfigureAwait(false);
        var ceilings = key.AccountId is { Length: > 0 } account
            ? await keys.ListBudgetsAsync(BudgetOwner.Account(account), cancellationToken).ConfigureAwait(false)
            : [];
        var ledger = await keys.ReadLedgerPageAsync(new LedgerPageQuery { KeyId = key.Id, Before = before, Limit = LedgerPageSize + 1 }, cancellationToken).ConfigureAwait(false);
        return DashboardLayout.Page(key.Name, "../", Html.Of($"""
            {Crumbs(above, key)}
            <div class="title"><h1>{key.Name} {KeyMarkup.Status(key.Status)}</h1>{Actions(key)}</div>
            <div class="overview">
            <section class="card budgets" aria-labelledby="budgets"><h2 id="budgets">Budgets</h2>{Budgets(key, above, ceilings)}</section>
            <section class="card" aria-label="About the key">{Facts(key)}</section>
            </div>
            {DashboardLayout.Chart($"../spending.json?key={Uri.EscapeDataString(key.Id)}")}
            {Below(below)}
            <section class="card" aria-labelledby="ledger"><div class="card-head"><h2 id="ledger">Ledger</h2></div>{Ledger(ledger, before)}</section>
            """));
    }

    private async Task<IReadOnlyList<KeyInfo>> ReadAboveAsync(KeyInfo key, CancellationToken cancellationToken)
    {
        var above = new List<KeyInfo>();
        // A table that somebody damaged may have a circle.
        for (var id = key.ParentId; id is not null && above.Count < KeyChain.MaxLength;)
        {
            var parent = await keys.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (parent is null)
            {
                break;
            }

            above.Insert(0, parent);
            id = parent.ParentId;
        }

        return above;
    }

    private static Html Crumbs(IReadOnlyList<KeyInfo> above, KeyInfo key) => Html.Of($"""
        <nav class="crumbs" aria-label="Keys above"><ol><li><a href="../">Keys</a></li>{above.Select(parent => Html.Of($"<li>{KeyMarkup.Link(parent, "../")}</li>"))}<li aria-current="page">{key.Name}</li></ol></nav>
        """);

    private static Html Actions(KeyInfo key)
    {
        if (key.Status == KeyStatus.Revoked)
        {
            return default;
        }

        var path = Uri.EscapeDataString(key.Id);
        var raise = key.Budget is null && key.MoreBudgets.Count == 0 ? default : Html.Of($"""<a class="button" href="{path}/raise">Raise budget</a>""");
        var rotate = key.ExternalSubject is null ? Html.Of($"""<a class="button" href="{path}/rotate">Rotate secret</a>""") : default;
        return Html.Of($"""<div class="actions">{raise}<a class="button" href="{path}/cap">Change cap</a>{rotate}<a class="button danger" href="{path}/revoke">Revoke</a></div>""");
    }

    private Html Budgets(KeyInfo key, IReadOnlyList<KeyInfo> above, IReadOnlyList<BudgetInfo> ceilings) => Html.Of($"""
        <div><h3>Own{Period(key.Budget, key.ResetsAt)}</h3>{BudgetBar.Of(key)}</div>
        {key.MoreBudgets.Select(budget => Named(budget, "Own, "))}
        {above.Reverse().Select(parent => Html.Of($"""<div><h3>{KeyMarkup.Link(parent, "../")}{Period(parent.Budget, parent.ResetsAt)}</h3>{BudgetBar.Of(parent)}</div>"""))}
        {ceilings.Select(budget => Named(budget, "Account, "))}
        """);

    private Html Named(BudgetInfo budget, string whose) =>
        Html.Of($"<div><h3>{whose}{budget.Name}{Period(budget.Budget, budget.ResetsAt)}</h3>{BudgetBar.Of(budget)}</div>");

    private Html Period(Budget? budget, DateTimeOffset? resetsAt) => budget is null
        ? default
        : Html.Of($"<span>{budget.Cap.ToString()} · {budget.Period.ToString()}{(resetsAt is null ? default : Html.Of($" · starts again {Moments.Of(resetsAt, time.GetUtcNow())}"))}</span>");

    private Html Facts(KeyInfo key)
    {
        var now = time.GetUtcNow();
        return Html.Of($"""
            <dl class="facts"><dt>Id</dt><dd>{key.Id}</dd><dt>Secret</dt><dd>{Identity(key)}</dd><dt>Account</dt><dd>{key.AccountId ?? "none"}</dd><dt>Scopes</dt><dd>{Scopes(key)}</dd><dt>Delegated by</dt><dd>{key.DelegatedBy ?? "nobody"}</dd><dt>User</dt><dd>{key.UserId ?? "none"}</dd><dt>Created</dt><dd>{Moments.Of(key.CreatedAt, now)}</dd><dt>Last used</dt><dd>{Moments.Of(key.LastUsedAt, now)}</dd><dt>Expires</dt><dd>{Moments.Of(key.ExpiresAt, now)}</dd>{Revoked(key, now)}{(key.IsCarved ? Html.Of($"<dt>Carved</dt><dd>its cap is drawn from the key above</dd>") : default)}</dl>
            """);
    }

    private static Html Identity(KeyInfo key) => key.ExternalSubject is { } subject ? Html.Of($"none, opened by {subject}") : Html.Of($"<code>{key.DisplayPrefix}</code>");

    private static Html Revoked(KeyInfo key, DateTimeOffset now) =>
        key.RevokedAt is null ? default : Html.Of($"<dt>Revoked</dt><dd>{Moments.Of(key.RevokedAt, now)}</dd>");

    private static Html Scopes(KeyInfo key) => key.Scopes.IsUnlimited
        ? Html.Of($"all")
        : Html.Of($"""<span class="scopes">{key.Scopes.Held.Select(scope => Html.Of($"<code>{scope}</code>"))}</span>""");

    private Html Below(IReadOnlyList<KeyInfo> below) => below.Count == 0 ? default : Html.Of($"""
        <section class="card" aria-labelledby="below"><div class="card-head"><h2 id="below">Keys below</h2><span class="quiet">{(below.Count > MostChildren ? $"the first {MostChildren}" : null)}</span></div>{KeyMarkup.Table([.. below.Take(MostChildren)], "../", time.GetUtcNow())}</section>
        """);

    private Html Ledger(IReadOnlyList<LedgerEntry> entries, long? before)
    {
        if (entries.Count == 0)
        {
            return Html.Of($"""<p class="empty quiet">{(before is null ? "This key has not paid for anything yet." : "There are no older entries.")}</p>""");
        }

        LedgerEntry[] shown = [.. entries.Take(LedgerPageSize)];
        var newest = before is null ? default : Html.Of($"""<a class="button" href="?#ledger">Newest</a>""");
        var older = entries.Count <= LedgerPageSize ? default : Html.Of($"""<a class="button" rel="next" href="?before={shown[^1].Sequence}#ledger">Older</a>""");
        return Html.Of($"""{LedgerMarkup.Table(shown, time.GetUtcNow())}<nav class="pager" aria-label="Pages of the ledger">{newest}{older}</nav>""");
    }
}
