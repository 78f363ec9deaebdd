using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>Row level security that is switched on while the program runs. A budget whose row is hidden would be one that nobody pays from.</summary>
public sealed class RowSecurityTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    [Theory]
    [InlineData("sdk_api_keys_budgets", true)]
    [InlineData("sdk_api_keys_budgets", false)]
    [InlineData("sdk_api_keys", true)]
    [InlineData("sdk_api_keys_holds", true)]
    public async Task A_row_that_is_hidden_while_we_run_is_no_free_call(string table, bool hasBudget)
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        var (minted, id) = await Databases.MintAsync(admin);
        if (hasBudget)
        {
            await admin.SetBudgetAsync(BudgetOwner.Key(id), "hourly", new Budget(Cost.FromCents(2), BudgetPeriod.Hour));
        }

        var (_, asRole) = await database.CreateRoleAsync();
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole));
        Assert.True((await keys.ChargeAsync(minted, Read)).IsAllowed);
        Assert.True((await keys.ChargeAsync(minted, Read)).IsAllowed);
        var hold = (await admin.HoldAsync(minted, new ChargeRequest("docs.read", Cost.Zero), TimeSpan.FromMinutes(1))).Receipt!;
        await database.ExecuteAsync($"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY");

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => table == "sdk_api_keys_holds" ? keys.SettleAsync(hold, Cost.Zero) : keys.ChargeAsync(minted, Read));
        Assert.Contains($"row-level security policy for table \"{table}\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("BYPASSRLS", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE kind = 1 AND budget IS NULL"));
    }
}
