using System.Globalization;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>What an operator may do to a key. Each has a page that says what will happen, and happens on its button only.</summary>
internal sealed class KeyActions(AgentKeys keys, IAntiforgery antiforgery)
{
    public Html AskRevoke(HttpContext context, KeyInfo key) => Ask(context, key, "Revoke", Html.Of($"""
        <p>From the next call on, this key and every key below it are refused. This cannot be undone.</p>
        <label class="check"><input type="checkbox" name="below" value="on"> Mark every key below as revoked too, so that what they have carved goes back</label>
        """), "danger");

    public async Task<Html?> RevokeAsync(HttpContext context, KeyInfo key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);

        // Once asked for, it happens, whether or not the browser waits for the answer.
        Task revoked = form["below"] == "on" ? keys.RevokeWithDescendantsAsync(key.Id) : keys.RevokeAsync(key.Id);
        await revoked.ConfigureAwait(false);
        return SeeKey(context, key);
    }

    public Html AskRotate(HttpContext context, KeyInfo key) => Ask(context, key, "Rotate", Html.Of($"""
        <p>The key gets a new secret, which is shown once. Its id, budget and history stay.</p>
        <label>The present secret stays valid for<select name="overlap"><option value="0">no time: it ends at once</option><option value="1">one hour</option><option value="24" selected>one day</option><option value="168">seven days</option></select></label>
        """), "primary");

    public async Task<Html?> RotateAsync(HttpContext context, KeyInfo key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var rotated = await keys.RotateAsync(key.Id, TimeSpan.FromHours(Hours(form, "overlap", 90 * 24))).ConfigureAwait(false)
            ?? throw new InvalidFieldException("key", "is revoked", "a live key");
        return DashboardLayout.Page("New secret", "../../", Html.Of($"""
            <section class="card narrow"><h1>New secret of {key.Name}</h1>
            <p>Copy it now. It is not stored anywhere and cannot be shown again.</p>
            <code class="secret" tabindex="0">{rotated.Secret.Reveal()}</code>
            <p><a class="button primary" href="../{Uri.EscapeDataString(key.Id)}">Done</a></p></section>
            """));
    }

    public Html AskRaise(HttpContext context, KeyInfo key)
    {
        var own = key.Budget is null ? default : Html.Of($"""<option value="">Own ({key.Budget.Cap.ToString()})</option>""");
        var more = key.MoreBudgets.Select(budget => Html.Of($"""<option value="{budget.Name}">{budget.Name} ({budget.Budget?.Cap.ToString()})</option>"""));
        return Ask(context, key, "Raise", Html.Of($"""
            <p>More money for a while. The cap itself stays; a raise that is in force is replaced, and zero ends it.</p>
            <label>Budget<select name="budget">{own}{more}</select></label>
            <label>By, in dollars<input name="by" inputmode="decimal" required pattern="[0-9]+([.][0-9]+)?" placeholder="1.50" autocomplete="off"></label>
            <label>For how many hours<input name="hours" type="number" min="1" max="8784" value="24" required></label>
            """), "primary");
    }

    public async Task<Html?> RaiseAsync(HttpContext context, KeyInfo key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var by = Cost.ParseDollars(form["by"], "by");
        var duration = TimeSpan.FromHours(Hours(form, "hours", 366 * 24));
        var name = form["budget"].ToString() is { Length: > 0 } named ? named : null;
        return await keys.RaiseBudgetAsync(BudgetOwner.Key(key.Id), name, by, duration).ConfigureAwait(false)
            ? SeeKey(context, key)
            : throw new InvalidFieldException("budget", "is not found", "one of the key's budgets");
    }

    public Html AskCap(HttpContext context, KeyInfo key) => Ask(context, key, "Cap", Html.Of($"""
        <p>Another cap for the key's own budget, for good. It binds from the next call on. The period stays, and what is spent and held in it, also when that is more. Keys below keep their own caps.</p>
        {(key.IsCarved ? Html.Of($"<p>This cap is carved: the difference is drawn from the key above, or goes back to it.</p>") : default)}
        <label>Cap, in dollars<input name="cap" inputmode="decimal" required pattern="[0-9]+([.][0-9]+)?" placeholder="5.00" value="{key.Budget?.Cap.ToString().TrimStart('$')}" autocomplete="off"></label>
        """), "primary");

    public async Task<Html?> CapAsync(HttpContext context, KeyInfo key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        return await keys.ChangeCapAsync(key.Id, Cost.ParseDollars(form["cap"], "cap")).ConfigureAwait(false)
            ? SeeKey(context, key)
            : throw new InvalidFieldException("key", "is revoked", "a live key");
    }

    private Html Ask(HttpContext context, KeyInfo key, string verb, Html fields, string style)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return DashboardLayout.Page($"{verb} {key.Name}", "../../", Html.Of($"""
            <section class="card narrow"><h1>{verb} {key.Name}?</h1>
            <p class="quiet">Key {key.Id} of {key.AccountId ?? "no account"}, <code>{key.DisplayPrefix}</code></p>
            <form class="stack" method="post"><input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">{fields}
            <div class="actions"><button type="submit" class="{style}">{verb}</button><a class="button" href="../{Uri.EscapeDataString(key.Id)}">Cancel</a></div></form></section>
            """));
    }

    private static int Hours(IFormCollection form, string field, int most) =>
        int.TryParse(form[field], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours <= most
            ? hours
            : throw new InvalidFieldException(field, "is out of range", $"whole hours, at most {most}");

    private static Html? SeeKey(HttpContext context, KeyInfo key)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"../{Uri.EscapeDataString(key.Id)}";
        return null;
    }
}
