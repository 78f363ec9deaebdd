using AgentKey.Keys;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>Keys as rows of a table.</summary>
internal static class KeyMarkup
{
    public static Html Table(IReadOnlyList<KeyInfo> keys, string root, DateTimeOffset now) => Html.Of($"""
        <table class="keys"><thead><tr><th scope="col">Key</th><th scope="col">Account</th><th scope="col">Budget</th><th scope="col">Starts again</th><th scope="col">Last used</th></tr></thead>
        <tbody>{keys.Select(key => Row(key, root, now))}</tbody></table>
        """);

    public static Html Status(KeyStatus status) => Html.Of($"""<span class="status {status.ToString().ToLowerInvariant()}">{status.ToString()}</span>""");

    public static Html Link(KeyInfo key, string root) => Html.Of($"""<a href="{root}keys/{Uri.EscapeDataString(key.Id)}">{key.Name}</a>""");

    private static Html Row(KeyInfo key, string root, DateTimeOffset now) => Html.Of($"""
        <tr><td class="name">{Link(key, root)} {(key.Status == KeyStatus.Alive ? default : Status(key.Status))}<br><span class="quiet">{key.Id} · <code>{key.DisplayPrefix}</code>{(key.ParentId is null ? default : Html.Of($" · below {key.ParentId}"))}</span></td><td>{key.AccountId}</td><td class="money">{BudgetBar.Of(key)}</td><td>{Moments.Of(key.ResetsAt, now)}</td><td>{Moments.Of(key.LastUsedAt, now)}</td></tr>
        """);
}
