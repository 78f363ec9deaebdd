using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Sqlite.Tests;

/// <summary>SQLite has one code for all that is wrong with a statement: what is told is what it was.</summary>
public sealed class FileFaultTests : IAsyncDisposable
{
    private readonly SqliteUnderTest _file = new();

    [Theory]
    [InlineData("DROP TABLE sdk_api_keys_ledger")]
    [InlineData("ALTER TABLE sdk_api_keys_ledger RENAME COLUMN amount_micros TO other")]
    public async Task What_is_not_there_is_told_with_the_command_that_makes_it(string damage)
    {
        await using var keys = await OpenAsync();
        await _file.ExecuteAsync(damage);
        var fault = await Assert.ThrowsAsync<SchemaException>(() => keys.ReadUsageAsync(new UsageQuery(), TestContext.Current.CancellationToken));
        Assert.Contains("agentkey migrate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_told_with_its_folder_because_another_program_starts_in_another()
    {
        var name = $"agentkey-{Guid.NewGuid():N}.db";
        await using var keys = new AgentKeys(SqliteKeyStore.Open(name));
        var fault = await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.EndsWith($"agentkey migrate --store sqlite:{Path.GetFullPath(name)}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_has_no_table()
    {
        await _file.ExecuteAsync("CREATE TABLE other (id INTEGER)");
        await using var keys = new AgentKeys(_file.Open());
        await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<SchemaException>(() => keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_sum_that_cannot_be_counted_is_no_missing_table()
    {
        await using var keys = await OpenAsync();
        await _file.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET amount_micros = {long.MaxValue}");
        var fault = await Record.ExceptionAsync(() => keys.ReadUsageAsync(new UsageQuery(), TestContext.Current.CancellationToken));
        Assert.IsType<OverflowException>(fault);
        Assert.DoesNotContain("migrate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_fault_of_a_statement_is_told_as_it_is()
    {
        await using var keys = await OpenAsync();
        await _file.ExecuteAsync("ALTER TABLE sdk_api_keys_budgets RENAME TO before; CREATE TABLE sdk_api_keys_budgets AS SELECT * FROM before");
        var fault = await Record.ExceptionAsync(() => keys.SetBudgetAsync(
            Budgets.BudgetOwner.Account("acme"), "daily", new(Cost.FromCents(15), Budgets.BudgetPeriod.Day), TestContext.Current.CancellationToken));
        Assert.Contains("ON CONFLICT", Assert.IsType<Microsoft.Data.Sqlite.SqliteException>(fault).Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>A store with two entries in its ledger.</summary>
    private async Task<AgentKeys> OpenAsync()
    {
        var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        var key = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null });
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.True((await keys.ChargeAsync(keys.Identify(key.Secret.Reveal()), new("docs.read", Cost.FromCents(15)))).IsAllowed);
        }

        return keys;
    }
}
