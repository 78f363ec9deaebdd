using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Sqlite.Tests;

/// <summary>A trigger in the file may drop what the store writes, or forbid it. A charge whose update is dropped would be a free call.</summary>
public sealed class DroppedWriteTests : IAsyncDisposable
{
    private const string Ignored = " BEGIN SELECT RAISE(IGNORE); END";
    private const string Forbidden = " BEGIN SELECT RAISE(ABORT, 'audit says no'); END";

    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    private readonly SqliteUnderTest _file = new();

    [Theory]
    [InlineData("BEFORE UPDATE ON sdk_api_keys" + Ignored)]
    [InlineData("BEFORE UPDATE ON sdk_api_keys BEGIN INSERT INTO audit VALUES (1); SELECT RAISE(IGNORE); END")]
    [InlineData("BEFORE UPDATE ON sdk_api_keys_budgets" + Ignored)]
    [InlineData("BEFORE INSERT ON sdk_api_keys_ledger" + Ignored)]
    [InlineData("BEFORE UPDATE ON sdk_api_keys" + Forbidden)]
    [InlineData("AFTER INSERT ON sdk_api_keys_ledger BEGIN SELECT RAISE(ROLLBACK, 'audit says no'); END")]
    public async Task What_is_not_written_is_no_charge(string trigger)
    {
        await using var keys = new AgentKeys(_file.Open());
        var (caller, id) = await MintAsync(keys);
        await keys.SetBudgetAsync(BudgetOwner.Key(id), "hourly", new Budget(Cost.FromDollars(1), BudgetPeriod.Hour));
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        await _file.ExecuteAsync($"CREATE TABLE audit (n); CREATE TRIGGER host {trigger}");

        var fault = await Assert.ThrowsAsync<SchemaException>(() => keys.ChargeAsync(caller, Read));
        Assert.Contains("run: agentkey doctor", fault.Message, StringComparison.Ordinal);
        Assert.Equal(15, await _file.ReadUsedCentsAsync(id));
        Assert.Equal(1, await _file.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE operation_id IS NOT NULL"));
        Assert.Equal(("triggers", "host"), await ExamineAsync(keys));

        await _file.ExecuteAsync("DROP TRIGGER host");
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Empty(await keys.VerifyAsync());
    }

    [Theory]
    [InlineData(Ignored)]
    [InlineData(Forbidden)]
    public async Task What_is_not_written_of_a_key_is_not_said_to_be_done(string action)
    {
        await using var keys = new AgentKeys(_file.Open());
        var (caller, id) = await MintAsync(keys);
        await _file.ExecuteAsync($"CREATE TRIGGER host BEFORE UPDATE ON sdk_api_keys{action}; CREATE TRIGGER made BEFORE INSERT ON sdk_api_keys{action}");
        await Assert.ThrowsAsync<SchemaException>(() => keys.RevokeAsync(id));
        await Assert.ThrowsAsync<SchemaException>(() => keys.RotateAsync(id, TimeSpan.Zero));
        await Assert.ThrowsAsync<SchemaException>(() => keys.ChangeCapAsync(id, Cost.FromDollars(1)));
        await Assert.ThrowsAsync<SchemaException>(() => keys.RaiseBudgetAsync(BudgetOwner.Key(id), null, Cost.FromDollars(1), TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAsync<SchemaException>(() => MintAsync(keys));
        await Assert.ThrowsAsync<SchemaException>(() => keys.EnsureSubjectAsync("machine-1", NewKey));
        Assert.True((await keys.ValidateAsync(caller)).IsAlive);
        Assert.False(await keys.RevokeAsync(_file.UnknownId));
    }

    [Theory]
    [InlineData("INSERT", Ignored)]
    [InlineData("UPDATE", Ignored)]
    [InlineData("DELETE", Ignored)]
    [InlineData("DELETE", Forbidden)]
    public async Task What_is_not_written_of_a_hold_is_neither_held_nor_settled(string statement, string action)
    {
        await using var keys = new AgentKeys(_file.Open());
        var (caller, _) = await MintAsync(keys);
        var hold = await keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1));
        await _file.ExecuteAsync($"CREATE TRIGGER host BEFORE {statement} ON sdk_api_keys_holds{action}");
        await Assert.ThrowsAsync<SchemaException>(() => statement switch
        {
            "INSERT" => keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1)),
            "UPDATE" => keys.ExtendAsync(hold.Receipt!, TimeSpan.FromMinutes(2)),
            _ => keys.SettleAsync(hold.Receipt!, Cost.FromCents(1)),
        });
        Assert.Equal(1, await _file.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE operation_id IS NOT NULL"));
    }

    [Theory]
    [InlineData("sdk_api_keys_budgets", Ignored)]
    [InlineData("sdk_api_keys_budgets", Forbidden)]
    [InlineData("sdk_api_keys_ledger", Ignored)]
    public async Task What_is_not_written_of_a_budget_leaves_it_as_it_was(string table, string action)
    {
        await using var keys = new AgentKeys(_file.Open());
        var owner = BudgetOwner.Key((await MintAsync(keys)).Id);
        var hourly = new Budget(Cost.FromDollars(1), BudgetPeriod.Hour);
        await keys.SetBudgetAsync(owner, "hourly", hourly);
        foreach (var statement in new[] { "INSERT", "UPDATE", "DELETE" })
        {
            await _file.ExecuteAsync($"CREATE TRIGGER no_{statement} BEFORE {statement} ON {table}{action}");
        }

        await Assert.ThrowsAsync<SchemaException>(() => keys.SetBudgetAsync(owner, "hourly", new Budget(Cost.FromDollars(1), BudgetPeriod.Day)));
        await Assert.ThrowsAsync<SchemaException>(() => keys.RemoveBudgetAsync(owner, "hourly"));
        if (table == "sdk_api_keys_budgets")
        {
            await Assert.ThrowsAsync<SchemaException>(() => keys.SetBudgetAsync(owner, "daily", hourly));
            await Assert.ThrowsAsync<SchemaException>(() => keys.RaiseBudgetAsync(owner, "hourly", Cost.FromDollars(1), TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(BudgetPeriod.Hour, Assert.Single(await keys.ListBudgetsAsync(owner)).Budget!.Period);
        Assert.False(await keys.RemoveBudgetAsync(owner, "weekly"));
    }

    [Theory]
    [InlineData("CREATE TRIGGER host BEFORE UPDATE ON sdk_api_keys BEGIN INSERT INTO audit VALUES (1), (2), (3); END")]
    [InlineData("CREATE TRIGGER host AFTER UPDATE ON sdk_api_keys BEGIN INSERT INTO audit VALUES (1), (2), (3); END")]
    public async Task A_trigger_that_only_writes_elsewhere_is_in_nobodys_way(string trigger)
    {
        await using var keys = new AgentKeys(_file.Open());
        var (caller, id) = await MintAsync(keys);
        await _file.ExecuteAsync($"CREATE TABLE audit (n); {trigger}");
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.NotNull(await keys.RotateAsync(id, TimeSpan.Zero));
        Assert.True(await keys.RevokeAsync(id));
    }

    [Fact]
    public async Task A_constraint_of_the_hosts_is_named()
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        await _file.ExecuteAsync("CREATE UNIQUE INDEX one_of_a_name ON sdk_api_keys (account_id, name)");
        await keys.CreateAsync(NewKey);
        var fault = await Assert.ThrowsAsync<SchemaException>(() => keys.EnsureSubjectAsync("machine-1", NewKey));
        Assert.Contains("sdk_api_keys.name", fault.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static NewKey NewKey { get; } =
        new() { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(1), BudgetPeriod.Once) };

    private static async Task<(Caller Caller, string Id)> MintAsync(AgentKeys keys)
    {
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(NewKey);
        return (keys.Identify(created.Secret.Reveal()), created.Key.Id);
    }

    private static async Task<(string Code, string Found)> ExamineAsync(AgentKeys keys)
    {
        var finding = Assert.Single(await keys.ExamineAsync());
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        return (finding.Code, finding.Found);
    }
}
