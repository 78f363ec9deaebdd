using Npgsql;

namespace AgentKey.Benchmarks;

/// <summary>How full a database is before anything is measured on it: keys that nobody calls, and what they once spent.</summary>
internal sealed record Population(int Keys, int Entries)
{
    /// <summary>Fills the tables of a migrated database, with statistics, as autovacuum would leave them.</summary>
    public async Task FillAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"""
            INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix, scopes, budget_cents, budget_used_cents)
            SELECT 'account-' || i % 1000, 'hash-' || i, 'ak_', ARRAY['bench.call'], 1000000, 0 FROM generate_series(1, {Keys}) i
            """);
        await ExecuteAsync(connection, $"""
            INSERT INTO sdk_api_keys_ledger (at, key_id, operation_id, kind, amount_micros, scope, tool)
            SELECT now() - i * interval '1 second', 'key-' || i % {Keys}, 'operation-' || i, 1, 1000000, 'bench.call', 'bench' FROM generate_series({Entries}, 1, -1) i
            """);
        await ExecuteAsync(connection, "VACUUM ANALYZE");
        await ExecuteAsync(connection, "CHECKPOINT");
    }

    public override string ToString() => $"{Keys:N0} keys, {Entries:N0} entries";

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
