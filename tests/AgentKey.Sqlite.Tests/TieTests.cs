using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Sqlite.Tests;

/// <summary>The file's clock counts milliseconds, and a disk may be faster.</summary>
public sealed class TieTests : IAsyncDisposable
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    private readonly SqliteUnderTest _file = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_charged_in_the_millisecond_in_which_a_budget_begins_gives_nothing_back_to_it(bool wasThere)
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null });
        var (caller, owner) = (keys.Identify(created.Secret.Reveal()), BudgetOwner.Account("acme"));
        if (wasThere)
        {
            await keys.SetBudgetAsync(owner, "all", new Budget(Cost.FromCents(45), BudgetPeriod.Day));
        }

        var before = (await keys.ChargeAsync(caller, Read)).Receipt!;

        // As if the clock had not moved on since: it is a minute until then.
        await _file.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {_file.Instant(TimeSpan.FromMinutes(1))}");
        await keys.SetBudgetAsync(owner, "all", new Budget(Cost.FromCents(45), BudgetPeriod.Once));
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(VoidResult.Voided, await keys.VoidAsync(before));
        Assert.Equal(Cost.FromCents(15), Assert.Single(await keys.ListBudgetsAsync(owner)).Spent);
        Assert.Empty(await keys.VerifyAsync());
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
