using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Crash;

/// <summary>The keys of a run: alone and in a chain, rich and nearly empty, once and daily, sharing and carved.</summary>
internal static class CrashKeys
{
    public static async Task<IReadOnlyList<string>> CreateAsync(AgentKeys keys)
    {
        var rich = await keys.CreateAsync(New("1000000.00"));
        var poor = await keys.CreateAsync(New("5.00"));
        var daily = await keys.CreateAsync(New("2000.00", BudgetPeriod.Day));
        var root = await keys.CreateAsync(New("400.00"));
        var sharing = await keys.CreateAsync(New("300.00") with { ParentId = root.Key.Id });
        var carved = await keys.CreateAsync(New("100.00") with { ParentId = root.Key.Id, Carve = true });
        var leaf = await keys.CreateAsync(New("200.00") with { ParentId = sharing.Key.Id });
        await keys.SetBudgetAsync(BudgetOwner.Account("crash"), "ceiling", new Budget(Cost.FromDollars(900_000), BudgetPeriod.Month));
        return [.. new[] { rich, poor, daily, root, sharing, carved, leaf }.Select(key => key.Secret.Reveal())];
    }

    private static NewKey New(string dollars, BudgetPeriod? period = null) => new()
    {
        AccountId = "crash",
        Scopes = ScopeSet.Of("docs.*"),
        Budget = new Budget(Cost.ParseDollars(dollars), period ?? BudgetPeriod.Once),
    };
}
