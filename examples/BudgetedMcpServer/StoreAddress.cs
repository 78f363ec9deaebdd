using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;

namespace BudgetedMcpServer;

/// <summary>Where the keys are: <c>sqlite:PATH</c> or <c>postgres:CONNECTION-STRING</c>.</summary>
internal static class StoreAddress
{
    public const string EnvironmentVariable = "AGENTKEY_STORE";

    public const string Default = "sqlite:agentkey.db";

    public static IKeyStore Open(string address) => address.Split(':', 2) switch
    {
        ["sqlite", { Length: > 0 } path] => SqliteKeyStore.Open(path),
        ["postgres", { Length: > 0 } connectionString] => PostgresKeyStore.Open(connectionString),
        _ => throw new ArgumentException("--store: accepted are sqlite:PATH and postgres:CONNECTION-STRING"),
    };
}
