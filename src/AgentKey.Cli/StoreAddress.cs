using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;

namespace AgentKey.Cli;

/// <summary>Where the keys are: <c>sqlite:PATH</c> or <c>postgres:CONNECTION-STRING</c>.</summary>
internal static class StoreAddress
{
    public const string EnvironmentVariable = "AGENTKEY_STORE";

    public const string Default = "sqlite:agentkey.db";

    /// <summary>Opens the store of an address.</summary>
    /// <exception cref="InvalidFieldException">The address has another form. Its text is not repeated: it may hold a password.</exception>
    public static IKeyStore Open(string address) => address.Split(':', 2) switch
    {
        ["sqlite", { Length: > 0 } path] => SqliteKeyStore.Open(path),
        ["postgres", { Length: > 0 } connectionString] => PostgresKeyStore.Open(connectionString),
        _ => throw new InvalidFieldException("--store", "is not a store", "sqlite:PATH or postgres:CONNECTION-STRING"),
    };
}
