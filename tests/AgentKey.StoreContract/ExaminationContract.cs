using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>What an examination says of rows.</summary>
public abstract class ExaminationContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task A_store_in_use_is_well()
    {
        var (_, parent) = await MintAsync();
        var (child, _) = await MintAsync(NewKey("1.00") with { ParentId = parent });
        var (calendar, _) = await MintAsync(NewKey("1.00", BudgetPeriod.Parse("week on wednesday at 09:00 in Europe/Berlin")));
        await Keys.SetBudgetAsync(BudgetOwner.Key(parent), "hourly", new Budget(Cost.FromCents(90), BudgetPeriod.Hour));
        await Keys.ChargeAsync(child, Read);
        await Keys.HoldAsync(calendar, Read, TimeSpan.FromMinutes(1));
        Assert.Empty((await Keys.ExamineAsync()).Where(finding => finding.Severity != FindingSeverity.Note));
    }

    [Theory]
    [InlineData("sdk_api_keys SET budget_cents = -5", "amount_negative", "-5")]
    [InlineData("sdk_api_keys SET budget_used_cents = -5", "amount_negative", "-5")]
    [InlineData("sdk_api_keys SET budget_used_micros = -5", "amount_negative", "-5")]
    [InlineData("sdk_api_keys SET budget_drawn_micros = -5", "amount_negative", "-5")]
    [InlineData("sdk_api_keys SET budget_period = 'fortnight'", "period_unknown", "fortnight")]
    [InlineData("sdk_api_keys SET budget_calendar = 'moon'", "period_unknown", "moon")]
    [InlineData("sdk_api_keys SET parent_id = id", "chain_broken", null)]
    [InlineData("sdk_api_keys SET is_carved = true", "chain_broken", "NULL")]
    [InlineData("sdk_api_keys SET key_hash = 'short'", "hash_malformed", "5 characters")]
    [InlineData("sdk_api_keys_budgets SET cap_micros = -5", "amount_negative", "-5")]
    [InlineData("sdk_api_keys_budgets SET period = 'moon'", "period_unknown", "moon")]
    [InlineData("sdk_api_keys_holds SET amount_micros = -5", "amount_negative", "-5")]
    public async Task A_row_that_makes_no_sense_is_named_with_what_to_do(string damage, string code, string? found)
    {
        var (caller, id) = await MintAsync();
        await Keys.SetBudgetAsync(BudgetOwner.Key(id), "hourly", new Budget(Cost.FromCents(90), BudgetPeriod.Hour));
        await Keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1));
        await Store.ExecuteAsync("UPDATE " + damage);
        var finding = Assert.Single(await Keys.ExamineAsync(), finding => finding.Code == code);
        Assert.NotNull(finding.Column);
        Assert.Contains(id, finding.RowId, StringComparison.Ordinal);
        Assert.StartsWith(found ?? id, finding.Found, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Fix);
        Assert.NotEmpty(finding.Expected);
    }

    [Fact]
    public async Task A_child_that_another_program_charged_is_named()
    {
        var (_, parent) = await MintAsync();
        var (child, id) = await MintAsync(NewKey("1.00") with { ParentId = parent });
        await Keys.ChargeAsync(child, Read);
        await Store.ChargeForeignAsync(id, 5);
        await Keys.ChargeAsync(child, Read);
        var finding = Assert.Single(await Keys.ExamineAsync(), finding => finding.Severity != FindingSeverity.Note);
        Assert.Equal(("child_charged_elsewhere", FindingSeverity.Warning, id), (finding.Code, finding.Severity, finding.RowId));
    }

    [Fact]
    public async Task Several_rows_are_one_finding()
    {
        await MintAsync();
        await MintAsync();
        await MintAsync();
        await Store.ExecuteAsync("UPDATE sdk_api_keys SET budget_cents = -5");
        Assert.Equal("-5, and 2 more rows like it", Assert.Single(await Keys.ExamineAsync(), finding => finding.Severity == FindingSeverity.Error).Found);
    }
}
