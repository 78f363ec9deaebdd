using System.Diagnostics;
using AgentKey.TestSupport;

namespace AgentKey.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_embedded_store_is_the_default() => await WalkThroughAsync(_tool);

    [Fact]
    public async Task Postgres_does_the_same()
    {
        using var tool = new CommandLine { Store = "postgres:" + await (await PostgresServer.GetAsync()).CreateDatabaseAsync() };
        await WalkThroughAsync(tool);
        Assert.Empty(Directory.GetFiles(tool.Folder));
    }

    [Fact]
    public async Task Plain_output_is_for_people_and_holds_the_secret_once()
    {
        await _tool.RunAsync("migrate");
        var created = await _tool.RunAsync("create", "--scope", "docs.*", "--budget", "3.00", "--name", "[red]Ünï[/] 🤖");
        var secret = created.Out.Split('\n')[0].Split(' ')[^1].Trim();
        Assert.Contains("[red]Ünï[/] 🤖", created.Out, StringComparison.Ordinal);
        Assert.Contains("$3.00", created.Out, StringComparison.Ordinal);

        var charged = await _tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "0.0003");
        Assert.Equal("Charged $0.0003, $2.9997 left.", charged.Out.Trim());
        foreach (var other in new[] { charged, await _tool.RunAsync("list"), await _tool.RunAsync("show", "1"), await _tool.RunAsync("revoke", "1") })
        {
            Assert.Equal(0, other.ExitCode);
            var isSecretShown = (other.Out + other.Error).Contains(secret, StringComparison.Ordinal);
            Assert.False(isSecretShown, "The secret was shown again.");
        }
    }

    [Fact]
    public async Task The_version_is_that_of_the_package()
    {
        var built = FileVersionInfo.GetVersionInfo(Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll")).ProductVersion!;

        var told = await _tool.RunAsync("--version");

        Assert.Equal((0, built.Split('+')[0], ""), (told.ExitCode, told.Out.Trim(), told.Error));
    }

    [Fact]
    public async Task A_secret_may_come_from_standard_input()
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        Assert.Equal(0, (await _tool.RunWithAsync(null, secret + "\n", "charge", "--scope", "docs.read", "--cost", "1")).ExitCode);
    }

    [Fact]
    public async Task A_repeated_operation_is_charged_once()
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        string[] charge = ["charge", "--scope", "docs.read", "--cost", "0.15", "--operation-id", "op-1", "--json"];
        Assert.False((await _tool.RunWithAsync(secret, null, charge)).Json.GetProperty("replay").GetBoolean());
        var again = (await _tool.RunWithAsync(secret, null, charge)).Json;
        Assert.True(again.GetProperty("replay").GetBoolean());
        Assert.Equal(285m, again.GetProperty("remainingCents").GetDecimal());
    }

    private static async Task WalkThroughAsync(CommandLine tool)
    {
        var (secret, id) = await tool.CreateKeyAsync("--period", "month", "--expires", "7d", "--delegated-by", "ann", "--account", "acme");
        for (var i = 0; i < 2; i++)
        {
            Assert.True((await tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "1.50", "--json")).Json.GetProperty("allowed").GetBoolean());
        }

        var refused = await tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "0.00000001", "--json");
        Assert.Equal(4, refused.ExitCode);
        var denial = refused.Json.GetProperty("denial");
        Assert.Equal(("budget_exhausted", 0.000001m, 0m), (denial.GetProperty("code").GetString()!, denial.GetProperty("costCents").GetDecimal(), denial.GetProperty("remainingCents").GetDecimal()));

        var shown = (await tool.RunAsync("show", id, "--json")).Json;
        var key = shown.GetProperty("key");
        Assert.Equal((300m, 300m, "month", "ann"), (key.GetProperty("budgetCents").GetDecimal(), key.GetProperty("spentCents").GetDecimal(), key.GetProperty("period").GetString()!, key.GetProperty("delegatedBy").GetString()!));
        Assert.Equal(2, shown.GetProperty("ledger").GetArrayLength());

        Assert.Equal(3, (await tool.RunAsync("revoke", id, "--account", "other")).ExitCode);
        Assert.Equal(0, (await tool.RunAsync("revoke", id, "--account", "acme")).ExitCode);
        Assert.Equal(0, (await tool.RunAsync("list", "--json")).Json.GetProperty("keys").GetArrayLength());
        Assert.Equal(1, (await tool.RunAsync("list", "--all", "--json")).Json.GetProperty("keys").GetArrayLength());
        Assert.Equal("invalid_key", (await tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "0", "--json")).Json.GetProperty("denial").GetProperty("code").GetString());
    }
}
