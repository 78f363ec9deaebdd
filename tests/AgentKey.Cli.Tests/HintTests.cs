using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Cli.Tests;

/// <summary>What is said to mend a table does mend it.</summary>
public sealed class HintTests
{
    [Fact]
    public async Task A_table_of_another_name_is_named_in_the_command()
    {
        using var tool = await OpenAsync();
        Assert.EndsWith("run: agentkey migrate --store postgres:...", (await tool.RunAsync("list")).Error.Trim(), StringComparison.Ordinal);
        Assert.EndsWith("run: agentkey migrate --store postgres:... --table app_keys", (await tool.RunAsync("list", "--table", "app_keys")).Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_beside_it_is_made_by_the_name_of_the_keys_table()
    {
        using var tool = await OpenAsync();
        await tool.RunAsync("migrate", "--table", "public.app_keys");
        await ExecuteAsync(tool, "DROP TABLE app_keys_ledger");
        var refused = await tool.RunAsync("list", "--table", "public.app_keys");
        Assert.Contains("app_keys_ledger", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith("run: agentkey migrate --store postgres:... --table public.app_keys", refused.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_schema_is_made_by_its_owner_and_not_by_another_migration()
    {
        using var tool = await OpenAsync();
        var refused = await tool.RunAsync("migrate", "--table", "nos.keys");
        Assert.Equal(1, refused.ExitCode);
        Assert.EndsWith("; create it first: CREATE SCHEMA \"nos\"", refused.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_only_charge_is_told_whose_role_makes_keys()
    {
        using var tool = await OpenAsync();
        await tool.RunAsync("migrate");
        var role = "agent_" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync(tool, $"CREATE ROLE {role} LOGIN PASSWORD '{role}'; {(await tool.RunAsync("migrate", "--grants", role)).Out}");
        using var asRole = new CommandLine { Store = "postgres:" + new NpgsqlConnectionStringBuilder(ConnectionOf(tool)) { Username = role, Password = role } };
        var refused = await asRole.RunAsync("create", "--scope", "a.b", "--budget", "1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("permission denied", refused.Error, StringComparison.Ordinal);
        Assert.Contains("use the role that owns the table", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<CommandLine> OpenAsync() => new() { Store = "postgres:" + await (await PostgresServer.GetAsync()).CreateDatabaseAsync() };

    private static string ConnectionOf(CommandLine tool) => tool.Store!["postgres:".Length..];

    private static async Task ExecuteAsync(CommandLine tool, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionOf(tool));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
