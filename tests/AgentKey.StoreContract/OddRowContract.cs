using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>What a row may hold that nobody meant: it is that row's trouble, and no other's.</summary>
public abstract class OddRowContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private static readonly string[] Instants =
    [
        "revoked_at", "expires_at", "created_at", "last_used_at", "budget_reset_at", "budget_used_until", "budget_anchor_at", "budget_started_at", "budget_raise_until",
        "previous_key_until",
    ];

    [Theory]
    [InlineData("day", true)]
    [InlineData("day", false)]
    [InlineData("month on 31", true)]
    [InlineData("month on 31", false)]
    [InlineData("week on wednesday at 09:00 in Europe/Berlin", true)]
    [InlineData("week on wednesday at 09:00 in Europe/Berlin", false)]
    [InlineData("year on 02-29", false)]
    [InlineData("rolling 24h", false)]
    public async Task An_instant_outside_of_all_calendars_hides_no_key_and_can_be_revoked(string period, bool isLate)
    {
        var (other, _) = await MintAsync();
        foreach (var column in Instants)
        {
            var (caller, id) = await MintAsync(NewKey("1.00", BudgetPeriod.Parse(period)));
            await Keys.ChargeAsync(caller, Read);
            await Store.ExecuteAsync($"UPDATE sdk_api_keys SET {column} = {Store.OddInstant(isLate)} WHERE id = '{id}'");
            Assert.Contains(await Keys.ListAsync(new KeyQuery { IncludeDead = true, Limit = 100 }), key => key.Id == id);
            Assert.Contains(await Keys.ExamineAsync(), finding => (finding.Code, finding.Column, finding.RowId) == ("instant_odd", column, id));
            await ChargeTypedAsync(caller);
            Assert.True(await Keys.RevokeAsync(id));
            Assert.Equal(KeyStatus.Revoked, (await Keys.FindAsync(id))!.Status);
            Assert.True((await Keys.ChargeAsync(other, new("docs.read", Money.Cost.Zero))).IsAllowed);
        }
    }

    [Theory]
    [InlineData("anchor_at")]
    [InlineData("started_at")]
    [InlineData("ends_at")]
    [InlineData("raise_until")]
    public async Task An_odd_instant_of_a_further_budget_is_its_keys_trouble_only(string column)
    {
        var (caller, id) = await MintAsync();
        await Keys.SetBudgetAsync(BudgetOwner.Key(id), "monthly", new Budget(Money.Cost.FromCents(90), BudgetPeriod.Parse("month on 31")));
        foreach (var isLate in new[] { true, false })
        {
            await Store.ExecuteAsync($"UPDATE sdk_api_keys_budgets SET {column} = {Store.OddInstant(isLate)}");
            Assert.Single(await Keys.ListAsync());
            Assert.Contains(await Keys.ExamineAsync(), finding => (finding.Code, finding.Column) == ("instant_odd", column));
            await ChargeTypedAsync(caller);
        }

        Assert.True(await Keys.RevokeAsync(id));
    }

    [Fact]
    public async Task Scopes_that_cannot_be_read_allow_nothing_and_are_shown_as_a_problem()
    {
        var (other, _) = await MintAsync();
        foreach (var scopes in Store.OddScopes)
        {
            var (caller, id) = await MintAsync();
            await Store.ExecuteAsync($"UPDATE sdk_api_keys SET scopes = '{scopes}' WHERE id = '{id}'");
            var shown = Assert.Single(await Keys.ListAsync(), key => key.Id == id);
            Assert.Contains("scopes", shown.Problem, StringComparison.Ordinal);
            Assert.False(shown.Scopes.IsUnlimited);
            Assert.False((await Keys.ChargeAsync(caller, Read)).IsAllowed);
            Assert.Contains(await Keys.ExamineAsync(), finding => (finding.Code, finding.RowId) == ("scopes_malformed", id));
            Assert.True((await Keys.ChargeAsync(other, new("docs.read", Money.Cost.Zero))).IsAllowed);
            Assert.True(await Keys.RevokeAsync(id));
            await Store.ExecuteAsync($"UPDATE sdk_api_keys SET scopes = NULL WHERE id = '{id}'");
        }
    }

    /// <summary>The call is decided, or refused as a row that makes no sense.</summary>
    private async Task ChargeTypedAsync(Caller caller)
    {
        if (await Record.ExceptionAsync(() => Keys.ChargeAsync(caller, Read)) is { } fault)
        {
            Assert.IsType<InvalidFieldException>(fault);
        }
    }
}
