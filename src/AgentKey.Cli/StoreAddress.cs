using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;

namespace AgentKey.Cli;

/// <summary>Where the keys are: <c>sqlite:PATH</c> or <c>postgres:CONNECTION-STRING</c>.</summary>
internal static class StoreAddress
{
    public const string EnvironmentVariable = "AGENTKEY_STORE";

    public const string TableVariable = "AGENTKEY_TABLE";

    public const string ColumnsVariable = "AGENTKEY_COLUMNS";

    public const string Default = "sqlite:agentkey.db";

    /// <summary>Opens the store of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="table">The keys table; null for the default.</param>
    /// <param name="columns">What it calls its columns, each as <c>role=name</c>.</param>
    /// <exception cref="InvalidFieldException">Something has another form. The address is not repeated: it may hold a password.</exception>
    public static IKeyStore Open(string address, string? table, IReadOnlyList<string> columns) => address.Split(':', 2) switch
    {
        ["sqlite", { Length: > 0 } path] when table is null && columns.Count == 0 => SqliteKeyStore.Open(path),
        ["sqlite", { Length: > 0 }] => throw new InvalidFieldException("--table", "and --column need a Postgres store", "--store postgres:CONNECTION-STRING"),
        ["postgres", { Length: > 0 } connectionString] => PostgresKeyStore.Open(connectionString, OptionsOf(table, columns)),
        _ => throw new InvalidFieldException("--store", "is not a store", "sqlite:PATH or postgres:CONNECTION-STRING"),
    };

    private static PostgresKeyStoreOptions OptionsOf(string? table, IReadOnlyList<string> columns)
    {
        var options = new PostgresKeyStoreOptions();
        options.Table = table ?? options.Table;
        foreach (var column in columns)
        {
            if (column.Split('=') is not [var role, var name])
            {
                throw new InvalidFieldException("--column", "has another form", "role=name, e.g. key_hash=token_digest");
            }

            options.Columns[role.Trim()] = name.Trim();
        }

        return options;
    }
}
