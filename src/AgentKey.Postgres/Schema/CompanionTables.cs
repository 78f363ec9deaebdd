namespace AgentKey.Postgres.Schema;

/// <summary>The tables of ours beside the keys table.</summary>
internal static class CompanionTables
{
    public const string Ledger = "_ledger";
    public const string Budgets = "_budgets";
    public const string Holds = "_holds";
    public const string Events = "_events";
    public const string Spending = "_spending";
    public const string Rollups = "_rollups";
    public const string Spenders = "_spenders";

    /// <summary>
    /// A text of ours is ordered by its bytes: no upgrade of the operating system's languages can put an index out of order,
    /// and it compares at a fraction of the time.
    /// </summary>
    private const string Text = "TEXT COLLATE \"C\"";

    /// <summary>
    /// A column of the host's as a text without an order of its own, so that it takes that of the column of ours that it is
    /// compared with, and finds its index: also where the table was made before ours had one. What comes out of JSON has none.
    /// </summary>
    public static string Unordered(string column) => $"(to_jsonb({column}::text) #>> '{{}}')";

    /// <summary>What a key's own budget is called, as SQL: as the library calls it, whatever the text of an id of the host's.</summary>
    public static string OwnBudget(string keyId) => $"('key:' || {keyId} || CASE WHEN strpos({keyId}, '/') > 0 THEN '/' ELSE '' END)";

    /// <summary>Every table with its columns, and its indexes by suffix.</summary>
    public static IReadOnlyList<CompanionTable> All { get; } =
    [
        new(
            Ledger,
            [
                ("sequence", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"), ("at", "TIMESTAMPTZ NOT NULL"), ("key_id", $"{Text} NOT NULL"),
                ("operation_id", Text), ("kind", "SMALLINT NOT NULL"), ("amount_micros", "BIGINT NOT NULL"), ("period_end", "TIMESTAMPTZ"),
                ("remaining_micros", "BIGINT"), ("refers_to", Text), ("scope", Text), ("tool", Text), ("trace_id", Text),
                ("on_behalf_of", Text), ("budget", Text), ("balance_micros", "BIGINT"), ("expires_at", "TIMESTAMPTZ"),
            ],
            [
                new("_operation", IsUnique: true, "(key_id, operation_id)"),

                // A charge or hold ends once. That an expired hold was taken back (kind 8) does not end it. What was begun
                // together ends together: by operation the entries of many keys come to few pages.
                new("_resolution", IsUnique: true, "(refers_to, key_id) WHERE refers_to IS NOT NULL AND kind <> 8"),

                // Entries lie in the order of their time, so one summary a block range finds a day, and a charge pays next to nothing for it.
                new("_at", IsUnique: false, "USING brin (at) WITH (autosummarize = on)"),
            ]),
        new(
            Budgets,
            [
                ("owner", $"{Text} NOT NULL"), ("name", $"{Text} NOT NULL"), ("cap_micros", "BIGINT NOT NULL"), ("period", $"{Text} NOT NULL"),
                ("anchor_at", "TIMESTAMPTZ"), ("started_at", "TIMESTAMPTZ NOT NULL"), ("ends_at", "TIMESTAMPTZ"),
                ("used_micros", "BIGINT NOT NULL DEFAULT 0"), ("used_window", Text), ("raise_micros", "BIGINT NOT NULL DEFAULT 0"),
                ("raise_until", "TIMESTAMPTZ"),
            ],
            [new("_name", IsUnique: true, "(owner, name)")]),
        new(
            Holds,
            [
                ("budget", $"{Text} NOT NULL"), ("key_id", $"{Text} NOT NULL"), ("operation_id", $"{Text} NOT NULL"), ("amount_micros", "BIGINT NOT NULL"),
                ("held_at", "TIMESTAMPTZ NOT NULL"), ("expires_at", "TIMESTAMPTZ NOT NULL"),
            ],
            [new("_slice", IsUnique: true, "(operation_id, key_id, budget)"), new("_expiry", IsUnique: false, "(budget, expires_at)")]),
        new(
            Events,
            [
                ("id", $"{Text} PRIMARY KEY"), ("type", $"{Text} NOT NULL"), ("at", "TIMESTAMPTZ NOT NULL"), ("data", $"{Text} NOT NULL"),
                ("count", "INTEGER NOT NULL"), ("due_count", "INTEGER NOT NULL"), ("attempts", "INTEGER NOT NULL DEFAULT 0"),
                ("due_at", "TIMESTAMPTZ NOT NULL"), ("delivered_at", "TIMESTAMPTZ"),
            ],
            [new("_due", IsUnique: false, "(due_at) WHERE delivered_at IS NULL"), new("_type", IsUnique: false, "(type, at)")]),

        // The ledger added up by day: of each key, and under no key of all together.
        new(
            Spending,
            [
                ("day", "DATE NOT NULL"), ("key_id", $"{Text} NOT NULL"), ("scope", $"{Text} NOT NULL"), ("tool", $"{Text} NOT NULL"),
                ("calls", "BIGINT NOT NULL"), ("amount_micros", "BIGINT NOT NULL"),
            ],
            [new("_group", IsUnique: true, "(day, key_id, scope, tool)")]),
        new(
            Rollups,
            [
                ("part", $"{Text} PRIMARY KEY"), ("since", "DATE"), ("upto", "BIGINT NOT NULL DEFAULT 0"), ("marked", "BIGINT"), ("marked_xid", "BIGINT"),
            ],
            []),
        new(Spenders, [("key_id", $"{Text} PRIMARY KEY"), ("amount_micros", "BIGINT NOT NULL")], []),
    ];
}

/// <summary>One table of ours.</summary>
/// <param name="Suffix">What follows the keys table's name.</param>
/// <param name="Columns">Names and types.</param>
/// <param name="Indexes">The indexes.</param>
internal sealed record CompanionTable(
    string Suffix, IReadOnlyList<(string Name, string Type)> Columns, IReadOnlyList<TableIndex> Indexes)
{
    /// <summary>The index by which a subscriber tells its rows apart; null when it has a primary key for that.</summary>
    public TableIndex? Identity => Columns.Any(column => column.Type.EndsWith("PRIMARY KEY", StringComparison.Ordinal)) ? null : Indexes.First(index => index.IsUnique);

    /// <summary>The type in a column's definition, as the catalog spells it.</summary>
    public static string TypeOf(string definition) => definition.Split(' ')[0] switch
    {
        "TIMESTAMPTZ" => "timestamp with time zone",
        var type => type.ToLowerInvariant(),
    };
}
