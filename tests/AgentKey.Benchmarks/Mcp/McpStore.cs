using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;
using AgentKey.TestSupport;

namespace AgentKey.Benchmarks.Mcp;

/// <summary>A fresh store, under the address by which the command-line tool finds it, too.</summary>
internal sealed record McpStore(string Address, Func<IKeyStore> Open)
{
    public static async Task<McpStore> CreateAsync(string kind)
    {
        switch (kind)
        {
            case "postgres":
                var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
                return new McpStore($"postgres:{connection}", () => PostgresKeyStore.Open(connection));
            case "sqlite":
                var file = Path.Combine(Directory.CreateTempSubdirectory("agentkey-bench-").FullName, "keys.db");
                return new McpStore($"sqlite:{file}", () => SqliteKeyStore.Open(file));
            default:
                throw new ArgumentException($"There is no store {kind}; there are postgres and sqlite.");
        }
    }
}
