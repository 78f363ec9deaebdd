using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;
using AgentKey.TestSupport;

namespace AgentKey.Benchmarks;

/// <summary>A store without tables, under the address by which the command-line tool finds it, too.</summary>
internal sealed record FreshStore(string Address, Func<IKeyStore> Open)
{
    public static async Task<FreshStore> CreateAsync(string kind) => kind switch
    {
        "postgres" => await CreatePostgresAsync(),
        "sqlite" => CreateSqlite(),
        _ => throw new ArgumentException($"There is no store {kind}; there are postgres and sqlite."),
    };

    public static async Task<FreshStore> CreatePostgresAsync()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        return new FreshStore($"postgres:{connection}", () => PostgresKeyStore.Open(connection));
    }

    public static FreshStore CreateSqlite()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("agentkey-bench-").FullName, "keys.db");
        return new FreshStore($"sqlite:{file}", () => SqliteKeyStore.Open(file));
    }
}
