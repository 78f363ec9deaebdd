namespace AgentKey.Sqlite;

/// <summary>Settings of <see cref="SqliteKeyStore"/>.</summary>
public sealed class SqliteKeyStoreOptions
{
    /// <summary>How long a transaction waits for another process's, in whole seconds from 1. The default is 4.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(4);
}
