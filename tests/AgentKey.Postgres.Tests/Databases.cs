using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>A fresh database and the SQL that a test prepares it with.</summary>
internal sealed class Databases
{
    private Databases(string connectionString) => ConnectionString = connectionString;

    public string ConnectionString { get; }

    public static async Task<Databases> CreateAsync() => new(await (await PostgresServer.GetAsync()).CreateDatabaseAsync());

    public async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public AgentKeys Open(PostgresKeyStoreOptions? options = null) => new(PostgresKeyStore.Open(ConnectionString, options));

    /// <summary>Makes a key with $100.</summary>
    public static async Task<(Caller Caller, string Id)> MintAsync(AgentKeys keys)
    {
        var created = await keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Scopes = ScopeSet.Of("docs.*"),
            Budget = new Budget(Cost.FromDollars(100), BudgetPeriod.Once),
        });
        return (keys.Identify(created.Secret.Reveal()), created.Key.Id);
    }

    /// <summary>A role that may do what a running program needs, and no more.</summary>
    public async Task<(string Name, string ConnectionString)> CreateRoleAsync()
    {
        var role = "agent_" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{role}'");
        await using var store = PostgresKeyStore.Open(ConnectionString);
        foreach (var grant in store.GrantsFor(role))
        {
            await ExecuteAsync(grant);
        }

        return (role, new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = role }.ToString());
    }

    /// <summary>Waits until so many sessions wait for a lock.</summary>
    public async Task WaitForBlockedAsync(int count)
    {
        while ((long)(await ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))! < count)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>The keys table as the TypeScript library's hosts make it, with its migration applied.</summary>
    public Task CreateTypeScriptTableAsync(string table = "sdk_api_keys", string idType = "SERIAL PRIMARY KEY") => ExecuteAsync(
        $"""
        CREATE TABLE {table} (
            id {idType}, account_id TEXT, key_hash TEXT NOT NULL UNIQUE, key_prefix TEXT NOT NULL, name TEXT NOT NULL DEFAULT 'default',
            created_at TIMESTAMPTZ DEFAULT NOW(), last_used_at TIMESTAMPTZ, revoked_at TIMESTAMPTZ,
            user_id TEXT, scopes TEXT[], budget_cents INTEGER, budget_used_cents INTEGER DEFAULT 0, budget_period TEXT,
            budget_reset_at TIMESTAMPTZ, expires_at TIMESTAMPTZ, delegated_by TEXT, external_subject TEXT)
        """);
}
