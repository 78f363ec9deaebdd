using AgentKey.Postgres;
using Npgsql;

namespace AgentKey.Benchmarks;

/// <summary>
/// The same work done as the TypeScript library does it: SELECT to validate, UPDATE of last_used_at that nobody awaits,
/// guarded UPDATE to charge. No ledger, no idempotency.
/// </summary>
internal sealed class BaselineTarget(NpgsqlDataSource source, IReadOnlyList<string> hashes) : ITarget
{
    private Task _lastUsed = Task.CompletedTask;

    public string Name => "baseline, Postgres";

    public static async Task<BaselineTarget> CreateAsync(string connectionString, int keyCount)
    {
        await using (var keys = new AgentKeys(PostgresKeyStore.Open(connectionString)))
        {
            await keys.MigrateAsync();
        }

        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 });
        var hashes = Enumerable.Range(0, keyCount).Select(i => $"hash-{i}").ToArray();
        await using var insert = source.CreateCommand(
            "INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix, scopes, budget_cents, budget_used_cents) SELECT 'bench', h, 'ak_', '{bench.call}', 1000000000, 0 FROM unnest($1::text[]) h");
        insert.Parameters.Add(new NpgsqlParameter { Value = hashes });
        await insert.ExecuteNonQueryAsync();
        return new BaselineTarget(source, hashes);
    }

    public async Task<bool> ChargeAsync(int key)
    {
        var id = await ValidateAsync(hashes[key]);
        _lastUsed = ExecuteAsync("UPDATE sdk_api_keys SET last_used_at = now() WHERE id = $1", id);
        const string charge = """
            UPDATE sdk_api_keys SET budget_used_cents = CASE WHEN budget_period IS NOT NULL AND budget_reset_at <= now() THEN 1 ELSE budget_used_cents + 1 END
            WHERE id = $1 AND revoked_at IS NULL AND (budget_cents IS NULL OR budget_used_cents + 1 <= budget_cents)
            """;
        return await ExecuteAsync(charge, id) == 1;
    }

    public async Task<long> ReadSpentCentsAsync()
    {
        await using var command = source.CreateCommand("SELECT sum(budget_used_cents)::bigint FROM sdk_api_keys");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _lastUsed;
        await source.DisposeAsync();
    }

    private async Task<long> ValidateAsync(string hash)
    {
        await using var command = source.CreateCommand(
            "SELECT id, account_id, scopes, budget_cents, budget_used_cents, budget_period, budget_reset_at, expires_at, revoked_at FROM sdk_api_keys WHERE key_hash = $1 AND revoked_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter { Value = hash });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return reader.GetInt64(0);
    }

    private async Task<int> ExecuteAsync(string sql, long id)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        return await command.ExecuteNonQueryAsync();
    }
}
