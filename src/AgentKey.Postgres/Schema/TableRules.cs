using AgentKey.Storage;

namespace AgentKey.Postgres.Schema;

/// <summary>Holds what the catalog says against what the store needs.</summary>
internal static class TableRules
{
    /// <summary>How to mend row level security that applies to the role.</summary>
    public const string RowSecurityFix =
        "give the role BYPASSRLS, or disable it: a hidden row is an unknown key, and an update that a policy drops is a free call";

    private static readonly Dictionary<string, string> OtherKinds = new(StringComparer.Ordinal)
    {
        ["v"] = "a view",
        ["m"] = "a materialized view",
        ["p"] = "a partitioned table",
        ["f"] = "a foreign table",
    };

    /// <summary>What is wrong with the keys table.</summary>
    public static IEnumerable<StoreFinding> OfKeys(TableName table, KeyColumns names, TableFacts? facts)
    {
        if (facts is null)
        {
            return [Missing(table, MendingHint.Migrate(table))];
        }

        return OtherKinds.TryGetValue(facts.Kind.Kind, out var kind)
            ? [NotATable(table, kind, "name the table itself")]
            :
            [
                .. OfKind(table, facts), .. OfRules(table, facts, isOurs: false),
                .. OfIdentity(table, facts, isOurs: false, "make the id the primary key, or: ALTER TABLE ... REPLICA IDENTITY USING INDEX ..."),
                .. OfColumns(table, names, facts), .. OfLengths(table, names, facts),
                .. OfChecks(table, facts, [.. KeyColumn.All.Where(column => column.IsCharged).Select(column => names[column.Role])]), .. OfIds(table, names, facts), .. OfIndexes(table, TableIndex.OfKeys(names), facts, MendingHint.Migrate(table)),
            ];
    }

    /// <summary>What is wrong with one of our own tables beside the keys table.</summary>
    public static IEnumerable<StoreFinding> OfCompanion(TableName keys, CompanionTable companion, TableFacts? facts)
    {
        var table = keys.Beside(companion.Suffix);
        var migrate = MendingHint.Migrate(keys);
        var elsewhere = $"rename it if it is not ours, and {migrate}";
        if (facts is null)
        {
            return [Missing(table, migrate)];
        }

        if (OtherKinds.TryGetValue(facts.Kind.Kind, out var kind))
        {
            return [NotATable(table, kind, elsewhere)];
        }

        return
        [
            .. OfKind(table, facts),
            .. OfRules(table, facts, isOurs: true),
            .. OfIdentity(table, facts, isOurs: true, migrate),
            .. companion.Columns.Where(column => !facts.Columns.ContainsKey(column.Name))
                .Select(column => Error("column_missing", table, column.Name, column.Type, "no such column", migrate)),
            .. companion.Columns.Where(column => facts.Columns.TryGetValue(column.Name, out var found) && found.Type != CompanionTable.TypeOf(column.Type))
                .Select(column => Error("column_type", table, column.Name, CompanionTable.TypeOf(column.Type), facts.Columns[column.Name].Type, elsewhere)),
            .. OfChecks(table, facts, [.. companion.Columns.Select(column => column.Name)]),
            .. OfIndexes(table, companion.Indexes, facts, migrate),
        ];
    }

    private static StoreFinding NotATable(TableName table, string kind, string fix) => Error("not_a_table", table, null, "an ordinary table", kind, fix);

    private static StoreFinding Missing(TableName table, string migrate) => Error("table_missing", table, null, "a table", "nothing of this name", migrate);

    private static IEnumerable<StoreFinding> OfKind(TableName table, TableFacts facts)
    {
        if (facts.Kind.HasChildren)
        {
            yield return Error("inherited", table, null, "no tables that inherit from it", "some", "detach them: a unique index does not reach their rows");
        }

        if (facts.Kind.HidesRows)
        {
            yield return Error(
                "row_security", table, null, "every row visible to this role", "row level security that applies to it",
                RowSecurityFix);
        }
        else if (facts.Kind.HasRowSecurity)
        {
            yield return Warning(
                "row_security", table, null, "no row level security", "policies that do not apply to this role", "examine with the role of the running program too");
        }

        if (facts.Kind.Triggers is { } triggers)
        {
            yield return Warning(
                "triggers", table, null, "no triggers", string.Join(", ", triggers), "make sure that they neither drop nor change an update of the budget columns");
        }
    }

    // A rule about inserted keys loses no money, there is no key then, and the store deletes none.
    private static IEnumerable<StoreFinding> OfRules(TableName table, TableFacts facts, bool isOurs)
    {
        var rules = facts.Rules.Where(rule => isOurs || rule.Event != RuleFacts.Delete).ToLookup(rule => rule.IsInstead && (isOurs || rule.Event == RuleFacts.Update), rule => rule.Name);
        if (rules[true].Any())
        {
            var (replaced, loss) = isOurs ? ("what is written", "an entry, a budget or a hold that is not written") : ("an update", "an update that a rule replaces");
            yield return Error(
                "rules", table, null, $"no rule that replaces {replaced}", string.Join(", ", rules[true]), $"drop it, or use a trigger: {loss} is a free call");
        }

        if (rules[false].Any())
        {
            yield return Warning(
                "rules", table, null, "no rules", string.Join(", ", rules[false]), "use triggers: Postgres makes no key where a rule is, and beside one it is not noticed when a trigger drops an update");
        }
    }

    // The store changes keys and deletes none. Of our own tables each that has no primary key is deleted from or updated.
    private static IEnumerable<StoreFinding> OfIdentity(TableName table, TableFacts facts, bool isOurs, string fix)
    {
        if (!facts.Kind.TellsRowsApart)
        {
            var isStopped = facts.Kind.PublishesUpdates || (isOurs && facts.Kind.PublishesDeletes);
            yield return Finding(
                "replica_identity", isStopped ? FindingSeverity.Error : FindingSeverity.Warning, table, null, "a primary key, or another replica identity",
                isStopped ? "none, and a publication for which Postgres refuses every change of a row" : "none: once a publication has it, Postgres refuses every change of a row",
                fix);
        }
    }

    private static IEnumerable<StoreFinding> OfColumns(TableName table, KeyColumns names, TableFacts facts)
    {
        foreach (var column in KeyColumn.All)
        {
            var name = names[column.Role];
            if (!facts.Columns.TryGetValue(name, out var found))
            {
                var fix = column.CanBeAdded ? MendingHint.Migrate(table) : $"say which column it is: columns.{column.Role}, or --column {column.Role}=NAME";
                yield return Error(column.CanBeAdded ? "column_missing" : "column_unknown", table, name, string.Join(" or ", column.Types), "no such column", fix);
            }
            else if (!column.Types.Contains(found.Type, StringComparer.Ordinal))
            {
                yield return Error(
                    "column_type", table, name, string.Join(" or ", column.Types), found.Type, $"change its type, or let columns.{column.Role} name another column");
            }
            else if (found.IsGenerated)
            {
                yield return Error(
                    "column_generated", table, name, "a column that can be written", "a generated column", $"let columns.{column.Role} name another column");
            }
        }

        foreach (var column in KeyColumn.All)
        {
            if (facts.Columns.TryGetValue(names[column.Role], out var found) && found.IsRequired && (column.IsWrittenNull || (column.IsLeftOut && !found.HasDefault)))
            {
                yield return Warning(
                    "column_required", table, found.Name, column.IsWrittenNull ? "NULL allowed" : "a default, or NULL allowed", column.IsWrittenNull ? "NOT NULL" : "NOT NULL without a default",
                    column.IsWrittenNull ? "drop the NOT NULL, else keys that have no value there are refused" : "give it a default, else keys cannot be made here");
            }
        }

        var roles = KeyColumn.All.Select(column => names[column.Role]).ToHashSet(StringComparer.Ordinal);
        foreach (var foreign in facts.Columns.Values.Where(column => column is { IsRequired: true, HasDefault: false, IsGenerated: false } && !roles.Contains(column.Name)))
        {
            yield return Warning(
                "column_required", table, foreign.Name, "a default, or NULL allowed", "NOT NULL without a default", "give it a default, else keys cannot be made here");
        }
    }

    // Whatever a call costs beyond the cap is recorded when it is known, and by then the work was done.
    private static IEnumerable<StoreFinding> OfChecks(TableName table, TableFacts facts, IReadOnlyList<string> written) =>
        facts.Checks.Where(check => check.Columns?.Intersect(written).Any() == true).Select(check => Warning(
            "check_constraint", table, check.Columns!.First(written.Contains), "no CHECK on what a charge writes", check.Definition,
            "drop it, or make sure that it allows more than the cap: a raise goes above it, and so does an overrun, which is refused here and was spent all the same"));

    private static IEnumerable<StoreFinding> OfLengths(TableName table, KeyColumns names, TableFacts facts)
    {
        foreach (var column in KeyColumn.All.Where(column => column.LeastLength > 0))
        {
            if (!facts.Columns.TryGetValue(names[column.Role], out var found) || found.MaxLength is not { } length)
            {
                continue;
            }

            if (length < column.LeastLength)
            {
                yield return Finding(
                    "column_narrow", column.Role == "key_hash" ? FindingSeverity.Error : FindingSeverity.Warning, table, found.Name,
                    $"at least {column.LeastLength} characters", $"{length}", column.Role == "previous_key_hash" ? "widen it, else no secret can be rotated with an overlap" : "widen it, else keys cannot be made here");
            }
            else if (column.Role == "key_hash" && length < KeyColumn.PepperedHashLength)
            {
                yield return Finding(
                    "column_narrow", FindingSeverity.Note, table, found.Name, $"{KeyColumn.PepperedHashLength} characters, for a hash with a pepper", $"{length}",
                    "widen it before you use peppers, else keys cannot be made here, and those that are here keep their plain hashes");
            }
        }
    }

    private static IEnumerable<StoreFinding> OfIds(TableName table, KeyColumns names, TableFacts facts)
    {
        if (!facts.Columns.TryGetValue(names.Id, out var id))
        {
            yield break;
        }

        if (!facts.IsUnique(names.Id))
        {
            yield return Error("id_not_unique", table, names.Id, "a primary key or unique index", "none", "make it the primary key");
        }

        if (facts.Columns.TryGetValue(names.ParentId, out var parent) && parent.Type != id.Type)
        {
            yield return Error("column_type", table, names.ParentId, $"the type of {names.Id}: {id.Type}", parent.Type, "change its type, or let columns.parent_id name another column");
        }

        if (!id.HasDefault && id.Type != "uuid")
        {
            yield return Warning("id_without_default", table, names.Id, "a default", "none", "give it one, else keys cannot be made here");
        }
    }

    private static IEnumerable<StoreFinding> OfIndexes(TableName table, IReadOnlyList<TableIndex> indexes, TableFacts facts, string migrate)
    {
        foreach (var index in indexes.Where(index => !index.IsServedBy(facts, table)))
        {
            var built = index.Find(facts, table);
            var found = built switch
            {
                null when facts.Indexes.Any(other => other.Name == table.Derived(index.Suffix)) => "an index of this name for something else",
                null => "no such index",
                { IsValid: false } => "an index whose build was interrupted: it enforces nothing",
                _ => "an index that is not unique",
            };
            yield return new StoreFinding
            {
                Code = built is null ? "index_missing" : "index_invalid",
                Severity = index.IsUnique ? FindingSeverity.Error : FindingSeverity.Warning,
                Table = table.Sql,
                Column = index.NameFor(facts, table),
                Expected = $"{(index.IsUnique ? "a valid unique index" : "a valid index")} on {index.Definition}",
                Found = found,
                Fix = migrate,
            };
        }
    }

    private static StoreFinding Error(string code, TableName table, string? column, string expected, string found, string fix) =>
        Finding(code, FindingSeverity.Error, table, column, expected, found, fix);

    private static StoreFinding Warning(string code, TableName table, string? column, string expected, string found, string fix) =>
        Finding(code, FindingSeverity.Warning, table, column, expected, found, fix);

    private static StoreFinding Finding(string code, FindingSeverity severity, TableName table, string? column, string expected, string found, string fix) =>
        new() { Code = code, Severity = severity, Table = table.Sql, Column = column, Expected = expected, Found = found, Fix = fix };
}
