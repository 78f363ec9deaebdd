using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The tables: the columns of the TypeScript library's keys table, ours beside them, and the ledger.</summary>
internal static class SqliteSchema
{
    public const string Keys = "sdk_api_keys";
    public const string Ledger = "sdk_api_keys_ledger";

    private const string CreateKeys = $"""
        CREATE TABLE IF NOT EXISTS {Keys} (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id TEXT,
            key_hash TEXT NOT NULL UNIQUE,
            key_prefix TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT 'default',
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            revoked_at INTEGER
        )
        """;

    private const string CreateLedger = $"""
        CREATE TABLE IF NOT EXISTS {Ledger} (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            key_id INTEGER NOT NULL,
            operation_id TEXT,
            kind INTEGER NOT NULL,
            amount_micros INTEGER NOT NULL,
            period_end INTEGER,
            remaining_micros INTEGER,
            refers_to TEXT,
            scope TEXT,
            tool TEXT,
            trace_id TEXT,
            on_behalf_of TEXT
        );
        CREATE UNIQUE INDEX IF NOT EXISTS {Ledger}_operation ON {Ledger} (key_id, operation_id);
        CREATE UNIQUE INDEX IF NOT EXISTS {Ledger}_refers_to ON {Ledger} (key_id, refers_to) WHERE refers_to IS NOT NULL;
        """;

    private static readonly (string Name, string Type)[] AddedColumns =
    [
        ("user_id", "TEXT"),
        ("scopes", "TEXT"),
        ("budget_cents", "INTEGER"),
        ("budget_used_cents", "INTEGER DEFAULT 0"),
        ("budget_period", "TEXT"),
        ("budget_reset_at", "INTEGER"),
        ("expires_at", "INTEGER"),
        ("delegated_by", "TEXT"),
        ("external_subject", "TEXT"),
        ("budget_used_micros", "INTEGER"),
        ("budget_used_until", "INTEGER"),
        ("budget_anchor_at", "INTEGER"),
    ];

    /// <summary>Adds what is missing, in one transaction that other processes wait for.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, CreateKeys);
        var existing = ColumnsOf(connection);
        foreach (var (name, type) in AddedColumns.Where(column => !existing.Contains(column.Name)))
        {
            Execute(connection, $"ALTER TABLE {Keys} ADD COLUMN {name} {type}");
        }

        Execute(connection, $"CREATE UNIQUE INDEX IF NOT EXISTS {Keys}_external_subject_key ON {Keys} (external_subject) WHERE external_subject IS NOT NULL");
        Execute(connection, CreateLedger);
        transaction.Commit();
    }

    private static HashSet<string> ColumnsOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{Keys}')";
        using var rows = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }

        return names;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
