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

    public override IKeyStore Open() => PostgresKeyStore.Open(_connectionString, Options);

    protected virtual PostgresKeyStoreOptions Options => new();

    // now(), not clock_timestamp(): a statement that says it twice has to mean one instant.
    public override string Instant(TimeSpan fromNow) => $"(now() + interval '{(long)fromNow.TotalMilliseconds} milliseconds')";

    public override string OddInstant(bool isLate) => isLate ? "'20000-01-01Z'" : "'-infinity'";

    public override IReadOnlyList<string> OddScopes { get; } = ["{NULL}", "{docs.read,NULL}", "{{docs.read},{docs.write}}"];

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    public override async Task<long> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is { } value and (int or long) ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;
    }
}

/// <summary>The same database, worked on by two instances of the library.</summary>
public sealed class TwoOnPostgres : PostgresUnderTest
{
    public override int Instances => 2;
}
