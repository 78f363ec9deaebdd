using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Postgres.Tests;

/// <summary>A budget that is set while a charge waits for a lock and has not seen it (found by the simulation, seed 6).</summary>
public sealed class BudgetRaceTests
{
    [Fact]
    public async Task A_refund_never_reaches_a_budget_that_the_charge_did_not_pay()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Scopes = ScopeSet.Of("docs.*"),
            Budget = null,
            MoreBudgets = new Dictionary<string, Budget> { ["old"] = Daily() },
        });
        var caller = keys.Identify(created.Secret.Reveal());
        var owner = BudgetOwner.Key(created.Key.Id);

        // Somebody holds the lock of the budget that is there, so that the charge has read the budgets and waits.
        await using var locked = await LockedRows.OfAsync(database.ConnectionString, "sdk_api_keys_budgets");
        var charge = keys.ChargeAsync(caller, Read(15));
        await database.WaitForBlockedAsync(1);
        var set = keys.SetBudgetAsync(owner, "new", Daily());
        await Task.WhenAny(set, database.WaitForBlockedAsync(2));
        await locked.UnlockAsync();
        await set;

        await keys.ChargeAsync(caller, Read(10));
        Assert.Equal(VoidResult.Voided, await keys.VoidAsync((await charge).Receipt!));
        Assert.All(await keys.ListBudgetsAsync(owner), budget => Assert.Equal(Cost.FromCents(10), budget.Spent));
        Assert.Empty(await keys.VerifyAsync());
    }

    private static ChargeRequest Read(int cents) => new("docs.read", Cost.FromCents(cents));

    private static Budget Daily() => new(Cost.FromDollars(1), BudgetPeriod.Day);
}
