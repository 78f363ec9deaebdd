using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The tables: the columns of the TypeScript library's keys table, ours beside them, and the ledger.</summary>
internal static class SqliteSchema
{
    public const string Keys = "sdk_api_keys";
    public const string Ledger = "sdk_api_keys_ledger";
    public const string Budgets = "sdk_api_keys_budgets";
    public const string Holds = "sdk_api_keys_holds";
    public const string Events = "sdk_api_keys_events";

    /// <summary>All of them.</summary>
    public static readonly string[] Tables = [Keys, Ledger, Budgets, Holds, Events];

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
        )
        """;

    // A charge or hold ends once. That an expired hold was taken back (kind 8) does not end it.
    private const string CreateIndexes = $"""
        CREATE UNIQUE INDEX IF NOT EXISTS {Keys}_external_subject_key ON {Keys} (external_subject) WHERE external_subject IS NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS {Keys}_previous_key_hash_key ON {Keys} (previous_key_hash) WHERE previous_key_hash IS NOT NULL;
        CREATE INDEX IF NOT EXISTS {Keys}_parent_id_idx ON {Keys} (parent_id) WHERE parent_id IS NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS {Ledger}_operation ON {Ledger} (key_id, operation_id);
        CREATE UNIQUE INDEX IF NOT EXISTS {Ledger}_resolution ON {Ledger} (key_id, refers_to) WHERE refers_to IS NOT NULL AND kind <> 8;
        CREATE INDEX IF NOT EXISTS {Holds}_expiry ON {Holds} (budget, expires_at);
        CREATE INDEX IF NOT EXISTS {Events}_due ON {Events} (due_at) WHERE delivered_at IS NULL;
        CREATE INDEX IF NOT EXISTS {Events}_type ON {Events} (type, at);
        """;

    private const string CreateBudgets = $"""
        CREATE TABLE IF NOT EXISTS {Budgets} (
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            cap_micros INTEGER NOT NULL,
            period TEXT NOT NULL,
            anchor_at INTEGER,
            started_at INTEGER NOT NULL,
            ends_at INTEGER,
            used_micros INTEGER NOT NULL DEFAULT 0,
            used_window TEXT,
            raise_micros INTEGER NOT NULL DEFAULT 0,
            raise_until INTEGER,
            PRIMARY KEY (owner, name)
        ) WITHOUT ROWID
        """;

    private const string CreateHolds = $"""
        CREATE TABLE IF NOT EXISTS {Holds} (
            budget TEXT NOT NULL,
            key_id INTEGER NOT NULL,
            operation_id TEXT NOT NULL,
            amount_micros INTEGER NOT NULL,
            held_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (key_id, operation_id, budget)
        ) WITHOUT ROWID
        """;

    private const string CreateEvents = $"""
        CREATE TABLE IF NOT EXISTS {Events} (
            id TEXT PRIMARY KEY,
            type TEXT NOT NULL,
            at INTEGER NOT NULL,
            data TEXT NOT NULL,
            count INTEGER NOT NULL,
            due_count INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER NOT NULL,
            delivered_at INTEGER
        ) WITHOUT ROWID
        """;

    private static readonly (string Name, string Type)[] AddedLedgerColumns =
        [("budget", "TEXT"), ("balance_micros", "INTEGER"), ("expires_at", "INTEGER")];

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
        ("budget_calendar", "TEXT"),
        ("budget_started_at", "INTEGER"),
        ("budget_window", "TEXT"),
        ("budget_raise_micros", "INTEGER"),
        ("budget_raise_until", "INTEGER"),
        ("budget_drawn_micros", "INTEGER"),
        ("is_carved", "INTEGER"),
        ("parent_id", "INTEGER"),
        ("previous_key_hash", "TEXT"),
        ("previous_key_until", "INTEGER"),
    ];

    /// <summary>Adds what is missing, in one transaction that other processes wait for.</summary>
    /// <exception cref="SchemaException">Something else has the name of a table.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        CreateTables(connection);
        SqliteStructure.Require(connection);
        Execute(connection, CreateIndexes);
        transaction.Commit();
    }

    /// <summary>The tables, without their indexes.</summary>
    public static void CreateTables(SqliteConnection connection)
    {
        Execute(connection, CreateKeys);
        AddColumns(connection, Keys, AddedColumns);
        Execute(connection, CreateLedger);
        AddColumns(connection, Ledger, AddedLedgerColumns);
        Execute(connection, CreateBudgets);
        Execute(connection, CreateHolds);
        Execute(connection, CreateEvents);
    }

    private static void AddColumns(SqliteConnection connection, string table, (string Name, string Type)[] columns)
    {
        if (SqliteStructure.KindOf(connection, table) == "view")
        {
            return;
        }

        var existing = ColumnsOf(connection, table);
        foreach (var (name, type) in columns.Where(column => !existing.Contains(column.Name)))
        {
            Execute(connection, $"ALTER TABLE {table} ADD COLUMN {name} {type}");
        }
    }

    private static HashSet<string> ColumnsOf(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
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
