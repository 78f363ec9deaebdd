using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>A budget as a bar: spent, held, left. Widths are attributes of an SVG, because the page allows no inline style.</summary>
internal static class BudgetBar
{
    private const int Width = 1000;

    public static Html Of(KeyInfo key) => key switch
    {
        { Problem: { } problem } => Senseless(problem),
        { Remaining: { } left } => Of(key.Spent, key.Held, left),
        _ => Html.Of($"""<p class="amounts"><strong>{Money(key.Spent)}</strong> spent, <em>no cap</em></p>"""),
    };

    public static Html Of(BudgetInfo budget) =>
        budget.Problem is { } problem ? Senseless(problem) : Of(budget.Spent, Cost.Zero, budget.Remaining);

    private static Html Senseless(string problem) => Html.Of($"""<p class="amounts"><em>makes no sense: {problem}</em></p>""");

    private static Html Of(Cost used, Cost held, Cost left)
    {
        var spent = Cost.FromMicroCents(Math.Max(0, used.MicroCents - held.MicroCents));
        var all = (Int128)used.MicroCents + left.MicroCents;
        var spentWidth = PartOf(spent, all);
        var heldWidth = PartOf(held, all);
        var level = (Int128)left.MicroCents * 100 <= all * 5 ? "empty" : (Int128)left.MicroCents * 100 <= all * 20 ? "low" : "ample";
        return Html.Of($"""
            <div class="budget {level}">
            <svg class="bar" viewBox="0 0 {Width} 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="{Width}" height="8"/><rect class="spent" width="{spentWidth}" height="8"/><rect class="held" x="{spentWidth}" width="{heldWidth}" height="8"/></svg>
            <p class="amounts"><span><strong>{Money(spent)}</strong> spent</span>{Held(held)}<span class="left">{Money(left)} left</span></p>
            </div>
            """);
    }

    private static Html Held(Cost held) => held == Cost.Zero ? default : Html.Of($"<span><strong>{Money(held)}</strong> held</span>");

    private static string Money(Cost cost) => cost.ToString();

    private static long PartOf(Cost part, Int128 all) => all == 0 ? 0 : (long)(part.MicroCents * (Int128)Width / all);
}
