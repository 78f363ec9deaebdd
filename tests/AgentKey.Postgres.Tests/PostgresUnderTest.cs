using System.Globalization;
using AgentKey.Storage;
using AgentKey.StoreContract;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>A fresh Postgres database.</summary>
public class PostgresUnderTest : StoreUnderTest
{
    private string _connectionString = "";

    public override string Address => $"postgres:{_connectionString}";

    public override async Task CreateAsync() => _connectionString = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();

    public override IKeyStore Open() => PostgresKeyStore.Open(_connectionString);

    public override Task SetExpiryAsync(string keyId, TimeSpan fromNow) =>
        ExecuteAsync($"UPDATE sdk_api_keys SET expires_at = clock_timestamp() + {Interval(fromNow)} WHERE id = {keyId}");

    public override Task SetResetAsync(string keyId, TimeSpan fromNow) => ExecuteAsync(
        $"UPDATE sdk_api_keys SET budget_reset_at = now() + {Interval(fromNow)}, budget_used_until = now() + {Interval(fromNow)} WHERE id = {keyId}");

    public override Task ChargeForeignAsync(string keyId, int cents) =>
        ExecuteAsync($"UPDATE sdk_api_keys SET budget_used_cents = budget_used_cents + {cents} WHERE id = {keyId}");

    public override async Task<long> ReadUsedCentsAsync(string keyId) =>
        Convert.ToInt64(await ExecuteAsync($"SELECT budget_used_cents FROM sdk_api_keys WHERE id = {keyId}"), CultureInfo.InvariantCulture);

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    protected async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static string Interval(TimeSpan span) => $"interval '{(long)span.TotalMilliseconds} milliseconds'";
}

/// <summary>The same database, worked on by two instances of the library.</summary>
public sealed class TwoOnPostgres : PostgresUnderTest
{
    public override int Instances => 2;
}
