using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Cli.Tests;

/// <summary>What keeps a store in order: examination, peppers, leaks, old entries.</summary>
public sealed class KeeperCommandTests : IDisposable
{
    private const string Pepper = "p1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task A_doctor_says_that_all_is_well()
    {
        await _tool.CreateKeyAsync();
        var well = await _tool.RunAsync("doctor");
        Assert.Equal((0, "Nothing is wrong."), (well.ExitCode, well.Out.Trim()));
        Assert.Equal(0, (await _tool.RunAsync("doctor", "--json")).Json.GetProperty("errors").GetInt32());
    }

    [Fact]
    public async Task A_doctor_names_what_is_wrong_and_fails()
    {
        var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        using var tool = new CommandLine { Store = "postgres:" + database };
        Assert.Equal("table_missing", (await tool.RunAsync("doctor", "--json")).Json.GetProperty("findings")[0].GetProperty("code").GetString());
        await tool.CreateKeyAsync();
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await using var damage = new NpgsqlCommand("UPDATE sdk_api_keys SET budget_cents = -5; DROP INDEX sdk_api_keys_parent_id_idx", connection);
            await damage.ExecuteNonQueryAsync();
        }

        var ill = await tool.RunAsync("doctor", "--json");
        var finding = ill.Json.GetProperty("findings")[0];
        Assert.Equal((1, 1, 2), (ill.ExitCode, ill.Json.GetProperty("errors").GetInt32(), ill.Json.GetProperty("findings").GetArrayLength()));
        Assert.Equal(
            ("amount_negative", "error", "budget_cents", "1", "zero or more", "-5"),
            (Text(finding, "code"), Text(finding, "severity"), Text(finding, "column"), Text(finding, "rowId"), Text(finding, "expected"), Text(finding, "found")));
        var plain = await tool.RunAsync("doctor");
        Assert.StartsWith("error: \"sdk_api_keys\", budget_cents, row 1: expected zero or more, found -5; ", plain.Error, StringComparison.Ordinal);
        Assert.Contains("warning: ", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peppers_come_from_the_environment_and_are_never_printed()
    {
        _tool.Environment["AGENTKEY_PEPPERS"] = Pepper;
        var (secret, _) = await _tool.CreateKeyAsync();
        string[] charge = ["charge", "--scope", "docs.read", "--cost", "0.01"];
        Assert.Equal(0, (await _tool.RunWithAsync(secret, null, charge)).ExitCode);
        _tool.Environment["AGENTKEY_REFUSE_PLAIN_HASHES"] = "1";
        Assert.Equal(0, (await _tool.RunWithAsync(secret, null, charge)).ExitCode);
        _tool.Environment["AGENTKEY_PEPPERS"] = "";
        Assert.Equal(2, (await _tool.RunWithAsync(secret, null, charge)).ExitCode);
        _tool.Environment["AGENTKEY_REFUSE_PLAIN_HASHES"] = "0";
        Assert.Equal(4, (await _tool.RunWithAsync(secret, null, charge)).ExitCode);
        _tool.Environment["AGENTKEY_PEPPERS"] = Pepper + "=";
        var malformed = await _tool.RunAsync("list", "--json");
        Assert.Equal((2, "AGENTKEY_PEPPERS"), (malformed.ExitCode, malformed.Json.GetProperty("error").GetProperty("field").GetString()!));
        Assert.DoesNotContain("AQEB", malformed.Out + malformed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_leak_everything_below_ends_and_what_was_charged_is_listed()
    {
        var (parentSecret, parent) = await _tool.CreateKeyAsync();
        var (childSecret, child) = await _tool.CreateKeyAsync("--parent", parent);
        var (otherSecret, _) = await _tool.CreateKeyAsync();
        foreach (var secret in new[] { parentSecret, childSecret, otherSecret })
        {
            await _tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "0.15");
        }

        Assert.Equal(0, (await _tool.RunAsync("revoke", parent, "--descendants")).ExitCode);
        Assert.Equal(4, (await _tool.RunWithAsync(childSecret, null, "charge", "--scope", "docs.read", "--cost", "0.15")).ExitCode);
        var charges = (await _tool.RunAsync("charges", "--since", "2001-01-01T00:00:00Z", "--key", parent, "--descendants", "--json")).Json.GetProperty("charges");
        Assert.Equal([parent, child], charges.EnumerateArray().Select(charge => Text(charge, "keyId")));
        Assert.Equal(3, (await _tool.RunAsync("charges", "--since", "2001-01-01T00:00:00Z", "--json")).Json.GetProperty("charges").GetArrayLength());
        Assert.Equal(0, (await _tool.RunAsync("charges", "--since", "2999-01-01T00:00:00Z", "--json")).Json.GetProperty("charges").GetArrayLength());
        Assert.Equal(2, (await _tool.RunAsync("charges", "--since", "2999-01-01T00:00:00Z", "--descendants")).ExitCode);
    }

    [Fact]
    public async Task Old_months_are_pruned_by_default_and_new_ones_stay()
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        await _tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", "0.15");
        Assert.Equal(0, (await _tool.RunAsync("prune", "--json")).Json.GetProperty("removed").GetInt32());
    }

    private static string? Text(System.Text.Json.JsonElement element, string name) => element.GetProperty(name).GetString();
}
