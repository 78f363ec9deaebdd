using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Crash.Auditing;
using AgentKey.Crash.Clients;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Scopes;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Crash.Tests;

/// <summary>A short run of the crash test, and the proof that its audit can fail.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Nothing_is_lost_doubled_or_overspent_whatever_is_killed()
    {
        Assert.SkipWhen(!PrivateCluster.IsPossible, "This test stops and starts a server of its own and found no local Postgres binaries.");
        using var output = new StringWriter();
        var exitCode = await CrashTest.RunAsync(new CrashOptions(Seconds: 20, Clients: 4, Seed: 20261124), output);
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());
        Assert.True(exitCode == 0, output.ToString());
    }

    [Theory]
    [InlineData("UPDATE sdk_api_keys SET budget_used_micros = 400000000, budget_used_cents = 400", "overspend")]
    [InlineData("DELETE FROM sdk_api_keys_ledger WHERE operation_id = 'charged'", "missing")]
    [InlineData("UPDATE sdk_api_keys_ledger SET operation_id = 'refused' WHERE operation_id = 'charged'", "refused")]
    [InlineData("UPDATE sdk_api_keys_ledger SET operation_id = 'other' WHERE operation_id = 'charged'", "unasked")]
    [InlineData("DROP INDEX sdk_api_keys_ledger_operation; INSERT INTO sdk_api_keys_ledger (at, key_id, operation_id, kind, amount_micros) SELECT at, key_id, operation_id, kind, amount_micros FROM sdk_api_keys_ledger WHERE operation_id = 'charged'", "double")]
    [InlineData("UPDATE sdk_api_keys SET budget_used_micros = 1000000", "sums")]
    public async Task The_audit_finds_what_it_looks_for(string damage, string finding)
    {
        var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        var journal = await PrepareAsync(database);
        Assert.True((await Audit.RunAsync(database, journal)).IsClean);
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(damage, connection);
            await command.ExecuteNonQueryAsync();
        }

        var verdict = await Audit.RunAsync(database, journal);
        Assert.False(verdict.IsClean);
        Assert.True(Finding(verdict, finding) > 0, verdict.ToString());
    }

    private static long Finding(Verdict verdict, string finding) => finding switch
    {
        "overspend" => verdict.Overspend,
        "missing" => verdict.AcknowledgedButMissing,
        "refused" => verdict.RefusedButCharged,
        "unasked" => verdict.Unasked,
        "double" => verdict.DoubleCharges,
        _ => verdict.DoNotAddUp,
    };

    private static async Task<JournalEntry[]> PrepareAsync(string database)
    {
        await using var keys = new AgentKeys(PostgresKeyStore.Open(database));
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey
        {
            AccountId = "crash",
            Scopes = ScopeSet.Of("docs.*"),
            Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Once),
        });
        var caller = keys.Identify(created.Secret.Reveal());
        var cost = Cost.FromCents(200);
        Assert.True((await keys.ChargeAsync(caller, new ChargeRequest("docs.read", cost) { OperationId = "charged" })).IsAllowed);
        Assert.False((await keys.ChargeAsync(caller, new ChargeRequest("docs.read", cost) { OperationId = "refused" })).IsAllowed);
        return
        [
            new JournalEntry("charge", "charged", 0, cost.MicroCents, "allowed"),
            new JournalEntry("charge", "refused", 0, cost.MicroCents, "budget_exhausted"),
        ];
    }
}
