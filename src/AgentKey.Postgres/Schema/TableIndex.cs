namespace AgentKey.Postgres.Schema;

/// <summary>An index that a table must have.</summary>
/// <param name="Suffix">What follows the table's name.</param>
/// <param name="IsUnique">Whether it keeps values apart.</param>
/// <param name="Definition">Columns and condition, as SQL.</param>
internal sealed record TableIndex(string Suffix, bool IsUnique, string Definition)
{
    /// <summary>The one column that another unique index of the host's may keep apart as well; null when there is none.</summary>
    public string? Column { get; init; }

    /// <summary>The columns that it is about. In what order does not matter to what it keeps apart.</summary>
    public IEnumerable<string> Columns => Definition[(Definition.IndexOf('(', StringComparison.Ordinal) + 1)..Definition.IndexOf(')', StringComparison.Ordinal)]
        .Split(", ").Select(column => column.Trim('"'));

    /// <summary>Those of the keys table.</summary>
    public static IReadOnlyList<TableIndex> OfKeys(KeyColumns names) =>
    [
        new("_key_hash_key", IsUnique: true, $"({Quote(names.KeyHash)})") { Column = names.KeyHash },
        new("_external_subject_key", IsUnique: true, WhereSet(names.ExternalSubject)) { Column = names.ExternalSubject },
        new("_previous_key_hash_key", IsUnique: true, WhereSet(names.PreviousKeyHash)) { Column = names.PreviousKeyHash },
        new("_parent_id_idx", IsUnique: false, WhereSet(names.ParentId)),
    ];

    /// <summary>Whether a table has it, or one of its own that does the same.</summary>
    public bool IsServedBy(TableFacts facts, TableName table) =>
        (Column is not null && facts.IsUnique(Column)) || Find(facts, table) is { IsValid: true } index && index.IsUnique == IsUnique;

    /// <summary>The index that a migration made, whatever state it is in. One of the host's may have its name.</summary>
    public IndexFacts? Find(TableFacts facts, TableName table) =>
        NamesFor(table).Select(name => Named(facts, name)).FirstOrDefault(index => index is not null && IsAlike(index));

    /// <summary>The name to build it under: one that no other index of the table has.</summary>
    public string NameFor(TableFacts? facts, TableName table) =>
        Array.Find(NamesFor(table), name => facts is null || Named(facts, name) is not { } taken || IsAlike(taken)) ?? NamesFor(table)[^1];

    private string[] NamesFor(TableName table) => [table.Derived(Suffix), table.Derived("_agentkey" + Suffix)];

    private static IndexFacts? Named(TableFacts facts, string name) => facts.Indexes.FirstOrDefault(index => index.Name == name);

    private bool IsAlike(IndexFacts index) =>
        Columns.ToHashSet(StringComparer.Ordinal).SetEquals(index.Columns) && (!index.IsPartial || Definition.Contains(" WHERE ", StringComparison.Ordinal));

    private static string WhereSet(string column) => $"({Quote(column)}) WHERE {Quote(column)} IS NOT NULL";

    private static string Quote(string column) => SqlIdentifier.Quote(column);
}
