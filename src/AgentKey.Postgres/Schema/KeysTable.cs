using AgentKey.Storage;
using Dapper;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>What the catalog says about the keys table: that it is ours to use, and of which types.</summary>
internal sealed record KeysTable(TableName Name, KeyIdType IdType, long LargestUsedCents)
{
    private const string Id = "id";

    /// <summary>The shared columns that the TypeScript library's migration adds, and ours, with their types.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> AddedColumns =
    [
        ("user_id", "TEXT"),
        ("scopes", "TEXT[]"),
        ("budget_cents", "INTEGER"),
        ("budget_used_cents", "INTEGER DEFAULT 0"),
        ("budget_period", "TEXT"),
        ("budget_reset_at", "TIMESTAMPTZ"),
        ("expires_at", "TIMESTAMPTZ"),
        ("delegated_by", "TEXT"),
        ("external_subject", "TEXT"),
        ("budget_used_micros", "BIGINT"),
        ("budget_used_until", "TIMESTAMPTZ"),
        ("budget_anchor_at", "TIMESTAMPTZ"),
        ("budget_calendar", "TEXT"),
        ("budget_started_at", "TIMESTAMPTZ"),
        ("budget_window", "TEXT"),
        ("budget_raise_micros", "BIGINT"),
        ("budget_raise_until", "TIMESTAMPTZ"),
        ("budget_drawn_micros", "BIGINT"),
        ("is_carved", "BOOLEAN"),
        ("parent_id", Id),
        ("previous_key_hash", "TEXT"),
        ("previous_key_until", "TIMESTAMPTZ"),
    ];

    private static readonly string[] HostColumns =
        ["id", "account_id", "key_hash", "key_prefix", "name", "created_at", "last_used_at", "revoked_at"];

    /// <summary>The table's ledger.</summary>
    public TableName Ledger { get; } = Name.Beside(CompanionTables.Ledger);

    /// <summary>The table's further budgets.</summary>
    public TableName Budgets { get; } = Name.Beside(CompanionTables.Budgets);

    /// <summary>The table's open holds.</summary>
    public TableName Holds { get; } = Name.Beside(CompanionTables.Holds);

    /// <summary>The table's events that wait for delivery.</summary>
    public TableName Events { get; } = Name.Beside(CompanionTables.Events);

    /// <summary>The type of an added column on a table whose ids have the given type.</summary>
    public static string TypeOf(string type, string idType) => type == Id ? idType : type;

    /// <summary>Reads the catalog.</summary>
    /// <exception cref="SchemaException">The table, its ledger or a column is not there.</exception>
    public static async Task<KeysTable> LoadAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var columns = await ColumnsAsync(connection, name, cancellationToken).ConfigureAwait(false);
        var missing = HostColumns.Concat(AddedColumns.Select(column => column.Name)).Where(column => !columns.ContainsKey(column)).ToArray();
        if (columns.Count == 0)
        {
            throw Missing($"There is no table {name.Sql}");
        }

        if (missing.Length > 0)
        {
            throw Missing($"The table {name.Sql} lacks {string.Join(", ", missing)}");
        }

        foreach (var companion in CompanionTables.All)
        {
            var found = await ColumnsAsync(connection, name.Beside(companion.Suffix), cancellationToken).ConfigureAwait(false);
            var absent = companion.Columns.Select(column => column.Name).Where(column => !found.ContainsKey(column)).ToArray();
            if (absent.Length > 0)
            {
                throw Missing(found.Count == 0
                    ? $"There is no table {name.Beside(companion.Suffix).Sql}"
                    : $"The table {name.Beside(companion.Suffix).Sql} lacks {string.Join(", ", absent)}");
            }
        }

        var largest = columns["budget_used_cents"] == "bigint" ? long.MaxValue / Money.Cost.MicroCentsPerCent : int.MaxValue;
        return new KeysTable(name, new KeyIdType(columns["id"]), largest);
    }

    /// <summary>Column names and types as the catalog spells them; empty when there is no such table.</summary>
    public static async Task<Dictionary<string, string>> ColumnsAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT attname::text AS name, format_type(atttypid, NULL) AS type
            FROM pg_attribute WHERE attrelid = to_regclass(@table) AND attnum > 0 AND NOT attisdropped
            """;
        var command = new CommandDefinition(sql, new { table = name.Sql }, cancellationToken: cancellationToken);
        var rows = await connection.QueryAsync<(string Name, string Type)>(command).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Name, row => row.Type, StringComparer.Ordinal);
    }

    public static SchemaException Missing(string fact, Exception? cause = null) => new($"{fact}; run: agentkey migrate --store postgres:...", cause);
}
