using AgentKey.Storage;
using Dapper;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>What the catalog says about the keys table: that it is ours to use, and of which types.</summary>
internal sealed record KeysTable(TableName Name, TableName Ledger, KeyIdType IdType, long LargestUsedCents)
{
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
    ];

    private static readonly string[] HostColumns =
        ["id", "account_id", "key_hash", "key_prefix", "name", "created_at", "last_used_at", "revoked_at"];

    /// <summary>Reads the catalog.</summary>
    /// <exception cref="SchemaException">The table, its ledger or a column is not there.</exception>
    public static async Task<KeysTable> LoadAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var ledger = name.Beside("_ledger");
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

        if ((await ColumnsAsync(connection, ledger, cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            throw Missing($"There is no table {ledger.Sql}");
        }

        var largest = columns["budget_used_cents"] == "bigint" ? long.MaxValue / Money.Cost.MicroCentsPerCent : int.MaxValue;
        return new KeysTable(name, ledger, new KeyIdType(columns["id"]), largest);
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
