using System.Text.Json;
using AgentKey.TestSupport;
using Microsoft.Data.Sqlite;

namespace AgentKey.Cli.Tests;

/// <summary>Chains, budgets, rotation and the ledger, from the command line.</summary>
public sealed class MoneyCommandTests : IDisposable
{
    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task A_chain_is_made_spent_and_revoked()
    {
        var (_, parent) = await _tool.CreateKeyAsync();
        var (child, _) = await _tool.CreateKeyAsync("--parent", parent, "--carve", "--name", "child");
        Assert.Equal(0, (await ChargeAsync(child, "0.50")).ExitCode);
        Assert.Equal(0m, (await _tool.RunAsync("show", parent, "--json")).Json.GetProperty("key").GetProperty("remainingCents").GetDecimal());
        var revoked = await _tool.RunAsync("revoke", parent, "--descendants", "--json");
        Assert.Equal(2, revoked.Json.GetProperty("count").GetInt32());
        Assert.Equal(4, (await ChargeAsync(child, "0.01")).ExitCode);
        Assert.Equal("Every budget adds up.", (await _tool.RunAsync("verify")).Out.Trim());
    }

    [Fact]
    public async Task A_rotated_secret_ends_the_one_before()
    {
        var (old, id) = await _tool.CreateKeyAsync();
        var rotated = (await _tool.RunAsync("rotate", id, "--overlap", "0", "--json")).Json.GetProperty("secret").GetString()!;
        Assert.Equal(4, (await ChargeAsync(old, "0.01")).ExitCode);
        Assert.Equal(0, (await ChargeAsync(rotated, "0.01")).ExitCode);
        Assert.Equal(3, (await _tool.RunAsync("rotate", "999")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("rotate", id, "--overlap", "soon")).ExitCode);
    }

    [Fact]
    public async Task Budgets_are_set_listed_raised_and_removed()
    {
        var (secret, id) = await _tool.CreateKeyAsync();
        Assert.Equal(0, (await _tool.RunAsync("budget", "set", "hourly", "--key", id, "--cap", "0.15", "--period", "hour")).ExitCode);
        Assert.Equal(0, (await ChargeAsync(secret, "0.15")).ExitCode);
        var refused = await ChargeAsync(secret, "0.15");
        Assert.Equal($"key:{id}/hourly", refused.Json.GetProperty("denial").GetProperty("refusedBy").GetString());
        Assert.Equal(0, (await _tool.RunAsync("budget", "raise", "--key", id, "--name", "hourly", "--by", "1.00", "--for", "1h")).ExitCode);
        Assert.Equal(0, (await ChargeAsync(secret, "0.15")).ExitCode);
        var listed = (await _tool.RunAsync("budget", "list", "--key", id, "--json")).Json.GetProperty("budgets")[0];
        Assert.Equal(("hour", 85m), (listed.GetProperty("period").GetString(), listed.GetProperty("remainingCents").GetDecimal()));
        Assert.Equal(0, (await _tool.RunAsync("budget", "remove", "hourly", "--key", id)).ExitCode);
        Assert.Equal(3, (await _tool.RunAsync("budget", "remove", "hourly", "--key", id)).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("budget", "list")).ExitCode);
        var missing = await _tool.RunAsync("budget", "set", "hourly", "--key", "4242", "--cap", "0.15", "--period", "hour", "--json");
        Assert.Equal((2, "keyId"), (missing.ExitCode, missing.Json.GetProperty("error").GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_budget_that_makes_no_sense_is_listed_by_name_beside_the_others()
    {
        await _tool.RunAsync("migrate");
        await _tool.RunAsync("budget", "set", "damaged", "--account", "acme", "--cap", "0.15");
        await _tool.RunAsync("budget", "set", "sound", "--account", "acme", "--cap", "0.30");
        await using (var file = new SqliteConnection($"Data Source={Path.Combine(_tool.Folder, "agentkey.db")};Pooling=False"))
        {
            await file.OpenAsync(TestContext.Current.CancellationToken);
            await using var damage = file.CreateCommand();
            damage.CommandText = "UPDATE sdk_api_keys_budgets SET period = 'fortnight' WHERE name = 'damaged'";
            Assert.Equal(1, await damage.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        var listed = await _tool.RunAsync("budget", "list", "--account", "acme", "--json");
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal([null, 30m], listed.Json.GetProperty("budgets").EnumerateArray().Select(budget => budget.GetProperty("capCents").Deserialize<decimal?>()));
        var lines = (await _tool.RunAsync("budget", "list", "--account", "acme")).Out.Split('\n');
        Assert.Contains("makes no sense: budget_period", Assert.Single(lines, line => line.Contains("damaged", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("$0.30 once", Assert.Single(lines, line => line.Contains("sound", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(0, (await _tool.RunAsync("budget", "remove", "damaged", "--account", "acme")).ExitCode);
    }

    [Fact]
    public async Task A_cap_is_changed_for_good()
    {
        var (secret, id) = await _tool.CreateKeyAsync();
        Assert.Equal(0, (await ChargeAsync(secret, "0.50")).ExitCode);
        Assert.Equal($"The cap of key {id} is $2.00 from now on.", (await _tool.RunAsync("budget", "cap", "2.00", "--key", id)).Out.Trim());
        Assert.Equal(150m, (await _tool.RunAsync("show", id, "--json")).Json.GetProperty("key").GetProperty("remainingCents").GetDecimal());
        Assert.Equal(0, (await _tool.RunAsync("budget", "cap", "0.50", "--key", id)).ExitCode);
        Assert.Equal(4, (await ChargeAsync(secret, "0.01")).ExitCode);
        Assert.Equal(3, (await _tool.RunAsync("budget", "cap", "2.00", "--key", "999")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("budget", "cap", "-1", "--key", id)).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("budget", "cap", "0.005", "--key", id)).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("budget", "cap", "2.00", "--account", "acme")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("budget", "cap", "2.00")).ExitCode);
        Assert.Equal("Every budget adds up.", (await _tool.RunAsync("verify")).Out.Trim());
    }

    [Fact]
    public async Task Usage_is_added_up_and_old_entries_are_pruned()
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        await ChargeAsync(secret, "0.50");
        await ChargeAsync(secret, "0.25");
        var usage = (await _tool.RunAsync("usage", "--by", "scope", "--json")).Json.GetProperty("usage")[0];
        Assert.Equal(("docs.read", 2, 75m), (usage.GetProperty("scope").GetString(), usage.GetProperty("calls").GetInt32(), usage.GetProperty("spentCents").GetDecimal()));
        Assert.Equal(0, (await _tool.RunAsync("prune", "--before", "2026-01-01T00:00:00Z", "--json")).Json.GetProperty("removed").GetInt32());
        Assert.Equal(0, (await _tool.RunAsync("verify")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("usage", "--by", "moon")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("usage", "--by", "scope,tool")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("usage", "--by", "+1")).ExitCode);
        Assert.Equal(2, (await _tool.RunAsync("prune", "--before", "2026-01-01")).ExitCode);
    }

    [Fact]
    public async Task What_was_charged_lately_is_not_pruned()
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        string[] charge = ["charge", "--scope", "docs.read", "--cost", "0.50", "--operation-id", "op-1", "--json"];
        await _tool.RunWithAsync(secret, null, charge);
        await ChargeAsync(secret, "0.25");
        foreach (var before in new[] { DateTimeOffset.MaxValue, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(-27) })
        {
            var refused = await _tool.RunAsync("prune", "--before", $"{before:yyyy-MM-dd'T'HH:mm:ss}Z", "--json");
            Assert.Equal((2, "before"), (refused.ExitCode, refused.Json.GetProperty("error").GetProperty("field").GetString()));
        }

        Assert.True((await _tool.RunWithAsync(secret, null, charge)).Json.GetProperty("replay").GetBoolean());
    }

    [Fact]
    public async Task Plans_and_grants_are_for_Postgres()
    {
        await _tool.RunAsync("migrate");
        Assert.Equal(2, (await _tool.RunAsync("migrate", "--plan")).ExitCode);
        Assert.Contains("--grants needs a Postgres store", (await _tool.RunAsync("migrate", "--grants", "app")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_and_its_columns_can_be_named()
    {
        Assert.Contains("need a Postgres store", (await _tool.RunAsync("list", "--table", "app.keys")).Error, StringComparison.Ordinal);
        using var tool = new CommandLine { Store = "postgres:" + await (await PostgresServer.GetAsync()).CreateDatabaseAsync() };
        string[] names = ["--table", "user", "--column", "key_hash=Digest", "--column", "name=order"];
        Assert.Contains("Create the table \"user\"", (await tool.RunAsync(["migrate", "--plan", .. names])).Out, StringComparison.Ordinal);
        Assert.Contains("\"Digest\" TEXT NOT NULL", (await tool.RunAsync(["migrate", "--script", .. names])).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await tool.RunAsync(["list", .. names])).ExitCode);
        Assert.Equal(0, (await tool.RunAsync(["migrate", "--apply", .. names])).ExitCode);
        var secret = (await tool.RunAsync(["create", "--scope", "docs.read", "--budget", "1", "--json", .. names])).Json.GetProperty("secret").GetString();
        Assert.Equal(0, (await tool.RunWithAsync(secret, null, ["charge", "--scope", "docs.read", "--cost", "0.5", .. names])).ExitCode);
        Assert.Equal("Nothing is missing.", (await tool.RunAsync(["migrate", "--plan", .. names])).Out.Trim());
        Assert.Equal(2, (await tool.RunAsync(["migrate", "--plan", "--apply", .. names])).ExitCode);
        Assert.Equal(2, (await tool.RunAsync("list", "--column", "colour=red")).ExitCode);
        Assert.Equal(2, (await tool.RunAsync("list", "--column", "key_hash=a b")).ExitCode);
    }

    [Theory]
    [InlineData("--script")]
    [InlineData("--grants", "app")]
    public async Task Sql_is_printed_on_a_terminal_as_in_a_pipe(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "script(1) takes other options elsewhere.");
        using var tool = new CommandLine { Store = "postgres:" + await (await PostgresServer.GetAsync()).CreateDatabaseAsync() };
        var piped = (await tool.RunAsync(["migrate", .. arguments])).Out;
        Assert.Contains(piped.Split('\n'), line => line.Length > 100);
        Assert.Equal(Lines(piped), Lines(await tool.RunOnTerminalAsync(["migrate", .. arguments])));

        static string[] Lines(string text) => text.ReplaceLineEndings("\n").Trim().Split('\n');
    }

    private Task<CommandOutput> ChargeAsync(string secret, string dollars) =>
        _tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", dollars, "--json");
}
