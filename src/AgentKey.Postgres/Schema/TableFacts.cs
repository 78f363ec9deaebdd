using Dapper;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>What the catalog says about one table.</summary>
internal sealed record TableFacts
{
    // What is published is looked up only where that matters: the view opens every table that is.
    private const string TableSql = """
        SELECT relkind::text AS kind, row_security_active(oid) AS HidesRows, relrowsecurity AS HasRowSecurity,
            CASE WHEN relkind = 'r' AND NOT relhasrules THEN has_column_privilege(oid, 'xmin', 'SELECT') ELSE false END AS ShowsVersions,
            EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid) AS HasChildren,
            identity.is_known AS TellsRowsApart, published.updates AS PublishesUpdates, published.deletes AS PublishesDeletes,
            (SELECT array_agg(tgname::text ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal AND tgenabled <> 'D') AS triggers
        FROM pg_class c
        CROSS JOIN LATERAL (
            SELECT CASE relreplident WHEN 'f' THEN true WHEN 'n' THEN false ELSE EXISTS (
                SELECT FROM pg_index WHERE indrelid = c.oid AND indisvalid AND indimmediate AND CASE relreplident WHEN 'i' THEN indisreplident ELSE indisprimary END)
            END AS is_known) AS identity
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(pubupdate), false) AS updates, coalesce(bool_or(pubdelete), false) AS deletes
            FROM pg_publication_tables JOIN pg_publication USING (pubname)
            WHERE NOT identity.is_known AND tablename = c.relname AND schemaname = (SELECT nspname FROM pg_namespace WHERE oid = c.relnamespace)) AS published
        WHERE oid = to_regclass(@table)
        """;

    // A domain counts as the type that it is made from.
    private const string ColumnSql = """
        SELECT a.attname::text AS name, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) AS type,
            nullif(CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END, -1) - 4 AS MaxLength,
            a.attnotnull AS IsRequired, a.atthasdef OR a.attidentity <> '' AS HasDefault, a.attgenerated <> '' AS IsGenerated
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped
        """;

    private const string IndexSql = """
        SELECT c.relname::text AS name, i.indisunique AS IsUnique, i.indisvalid AND i.indisready AS IsValid, i.indpred IS NOT NULL AS IsPartial,
            (SELECT array_agg(coalesce(a.attname::text, '') ORDER BY k.n)
             FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, n) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
             WHERE k.n <= i.indnkeyatts) AS columns
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(@table)
        """;

    private const string RuleSql = """
        SELECT rulename::text AS name, ev_type::text AS event, is_instead AS IsInstead FROM pg_rewrite
        WHERE ev_class = to_regclass(@table) AND ev_enabled <> 'D' AND ev_type <> '1' ORDER BY 1
        """;

    private const string CheckSql = """
        SELECT c.conname || ' ' || pg_get_constraintdef(c.oid) AS definition,
            (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY(c.conkey)) AS columns
        FROM pg_constraint c WHERE c.conrelid = to_regclass(@table) AND c.contype = 'c'
        UNION ALL
        SELECT c.conname || ' ' || pg_get_constraintdef(c.oid), ARRAY[a.attname::text]
        FROM pg_attribute a JOIN pg_constraint c ON c.contypid = a.atttypid AND c.contype = 'c'
        WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1
        """;

    private TableFacts(TableKind kind, IReadOnlyDictionary<string, ColumnFacts> columns, IReadOnlyList<IndexFacts> indexes, IReadOnlyList<RuleFacts> rules, IReadOnlyList<CheckFacts> checks)
    {
        Kind = kind;
        Columns = columns;
        Indexes = indexes;
        Rules = rules;
        Checks = checks;
    }

    public TableKind Kind { get; }

    public IReadOnlyDictionary<string, ColumnFacts> Columns { get; }

    public IReadOnlyList<IndexFacts> Indexes { get; }

    public IReadOnlyList<RuleFacts> Rules { get; }

    public IReadOnlyList<CheckFacts> Checks { get; }

    /// <summary>Reads the catalog.</summary>
    /// <returns><see langword="null"/> when there is no such table.</returns>
    public static async Task<TableFacts?> LoadAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        // One round trip: a process asks this of every table before its first call.
        var command = new CommandDefinition($"{TableSql}; {ColumnSql}; {IndexSql}; {RuleSql}; {CheckSql}", new { table = name.Sql }, cancellationToken: cancellationToken);
        await using var results = await connection.QueryMultipleAsync(command).ConfigureAwait(false);
        if (await results.ReadSingleOrDefaultAsync<TableKind>().ConfigureAwait(false) is not { } kind)
        {
            return null;
        }

        var columns = await results.ReadAsync<ColumnFacts>().ConfigureAwait(false);
        var indexes = await results.ReadAsync<IndexFacts>().ConfigureAwait(false);
        var rules = await results.ReadAsync<RuleFacts>().ConfigureAwait(false);
        var checks = await results.ReadAsync<CheckFacts>().ConfigureAwait(false);
        return new TableFacts(kind, columns.ToDictionary(column => column.Name, StringComparer.Ordinal), [.. indexes], [.. rules], [.. checks]);
    }

    /// <summary>Whether at most one row has a value of this column, whatever the index that sees to it is called.</summary>
    public bool IsUnique(string column) =>
        Indexes.Any(index => index is { IsUnique: true, IsValid: true, IsPartial: false, Columns: [var only] } && only == column);
}

/// <summary>What sort of table it is.</summary>
internal sealed record TableKind
{
    /// <summary>The catalog's letter: <c>r</c> for an ordinary table.</summary>
    public string Kind { get; init; } = "";

    public bool HidesRows { get; init; }

    public bool HasRowSecurity { get; init; }

    public bool HasChildren { get; init; }

    public string[]? Triggers { get; init; }

    /// <summary>Whether a subscriber can be told which row was changed: else Postgres changes none once that is published.</summary>
    public bool TellsRowsApart { get; init; }

    public bool PublishesUpdates { get; init; }

    public bool PublishesDeletes { get; init; }

    /// <summary>Whether this role may read which transaction wrote a row, and no rule makes another statement of ours.</summary>
    public bool ShowsVersions { get; init; }
}

/// <summary>One column.</summary>
internal sealed record ColumnFacts
{
    public string Name { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>How many characters it holds at most, if it is a varchar; null for any number.</summary>
    public int? MaxLength { get; init; }

    public bool IsRequired { get; init; }

    public bool HasDefault { get; init; }

    public bool IsGenerated { get; init; }
}

/// <summary>One rule about what is written.</summary>
internal sealed record RuleFacts
{
    public const string Update = "2";

    public const string Delete = "4";

    public string Name { get; init; } = "";

    /// <summary>The catalog's number, <see cref="Update"/>, <see cref="Delete"/>, or 3 for an insert.</summary>
    public string Event { get; init; } = "";

    /// <summary>Whether it does something else instead.</summary>
    public bool IsInstead { get; init; }
}

/// <summary>One CHECK of the table, or of the domain that one of its columns has.</summary>
internal sealed record CheckFacts
{
    /// <summary>Its name and its text.</summary>
    public string Definition { get; init; } = "";

    public string[]? Columns { get; init; }
}

/// <summary>One index.</summary>
internal sealed record IndexFacts
{
    public string Name { get; init; } = "";

    public bool IsUnique { get; init; }

    public bool IsValid { get; init; }

    public bool IsPartial { get; init; }

    /// <summary>The key columns; an expression counts as an empty name.</summary>
    public string[] Columns { get; init; } = [];
}
