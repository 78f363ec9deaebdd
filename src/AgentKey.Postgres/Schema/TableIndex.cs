namespace AgentKey.Postgres.Schema;

/// <summary>An index that a table must have.</summary>
/// <param name="Suffix">What follows the table's name.</param>
/// <param name="IsUnique">Whether it keeps values apart.</param>
/// <param name="Definition">Columns and condition, as SQL.</param>
internal sealed record TableIndex(string Suffix, bool IsUnique, string Definition)
{
    /// <summary>The one column that another unique index of the host's may keep apart as well; null when there is none.</summary>
    public string? Column { get; init; }

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

    /// <summary>The index of this name, whatever state it is in.</summary>
    public IndexFacts? Find(TableFacts facts, TableName table)
    {
        var name = table.Derived(Suffix);
        return facts.Indexes.FirstOrDefault(index => index.Name == name);
    }

    private static string WhereSet(string column) => $"({Quote(column)}) WHERE {Quote(column)} IS NOT NULL";

    private static string Quote(string column) => SqlIdentifier.Quote(column);
}
