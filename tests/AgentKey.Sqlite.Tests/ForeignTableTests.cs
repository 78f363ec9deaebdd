using AgentKey.Keys;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Sqlite.Tests;

/// <summary>The file may hold something else under the name of a table. No command may send the person to one that sends back.</summary>
public sealed class ForeignTableTests : IAsyncDisposable
{
    private readonly SqliteUnderTest _file = new();

    [Theory]
    [InlineData("CREATE TABLE sdk_api_keys (id INTEGER PRIMARY KEY, key_hash TEXT, account_id TEXT)", "column_missing", "key_prefix")]
    [InlineData("CREATE TABLE sdk_api_keys (id TEXT PRIMARY KEY, account_id TEXT, key_hash TEXT, key_prefix TEXT, name TEXT, created_at INTEGER, last_used_at INTEGER, revoked_at INTEGER)", "column_type", "id")]
    [InlineData("CREATE TABLE sdk_api_keys (id INTEGER, account_id TEXT, key_hash TEXT, key_prefix TEXT, name TEXT, created_at INTEGER, last_used_at INTEGER, revoked_at INTEGER)", "column_type", "id")]
    [InlineData("CREATE TABLE SDK_API_KEYS (id INTEGER PRIMARY KEY)", "column_missing", "key_hash")]
    [InlineData("CREATE TABLE sdk_api_keys_holds (id INTEGER PRIMARY KEY)", "column_missing", "budget")]
    [InlineData("CREATE TABLE sdk_api_keys_events (id TEXT PRIMARY KEY)", "column_missing", "due_at")]
    [InlineData("CREATE VIEW sdk_api_keys AS SELECT 1 AS id", "not_a_table", null)]
    public async Task What_is_wrong_is_named_and_nothing_is_changed(string sql, string code, string? column)
    {
        await _file.ExecuteAsync(sql);
        await using var keys = new AgentKeys(_file.Open());
        var fault = await Assert.ThrowsAsync<SchemaException>(() => keys.MigrateAsync());
        Assert.Contains(column ?? "a view", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, await _file.ExecuteAsync("SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"));

        var finding = Assert.Single(await keys.ExamineAsync(), finding => finding.Code == code && finding.Column == column);
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.NotEmpty(finding.Fix);
        await Assert.ThrowsAsync<SchemaException>(() => keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null }));
    }

    [Fact]
    public async Task A_column_that_only_a_migration_is_needed_for_is_told_and_then_added()
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        await _file.ExecuteAsync("ALTER TABLE sdk_api_keys DROP COLUMN budget_window");
        var finding = Assert.Single(await keys.ExamineAsync());
        Assert.Equal(("column_missing", "budget_window"), (finding.Code, finding.Column));
        Assert.Contains("agentkey migrate", finding.Fix, StringComparison.Ordinal);
        await keys.MigrateAsync();
        Assert.Empty(await keys.ExamineAsync());
    }

    [Fact]
    public async Task Columns_and_tables_of_the_hosts_beside_ours_are_in_nobodys_way()
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        await _file.ExecuteAsync("ALTER TABLE sdk_api_keys ADD COLUMN note TEXT; CREATE TABLE mine (id INTEGER); CREATE VIEW living AS SELECT * FROM sdk_api_keys");
        await keys.MigrateAsync();
        Assert.Empty(await keys.ExamineAsync());
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
