using AgentKey.Money;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>The keys table as the catalog describes it: fit for use, and of which types.</summary>
internal sealed record KeysTable
{
    private KeysTable(TableName name, KeyColumns columns)
    {
        Name = name;
        Columns = columns;
        Ledger = name.Beside(CompanionTables.Ledger);
        Budgets = name.Beside(CompanionTables.Budgets);
        Holds = name.Beside(CompanionTables.Holds);
        Events = name.Beside(CompanionTables.Events);
        Spending = name.Beside(CompanionTables.Spending);
        Rollups = name.Beside(CompanionTables.Rollups);
        Spenders = name.Beside(CompanionTables.Spenders);
    }

    public TableName Name { get; }

    /// <summary>The columns' names, quoted for SQL.</summary>
    public KeyColumns Columns { get; }

    /// <summary>The table's ledger.</summary>
    public TableName Ledger { get; }

    /// <summary>The table's further budgets.</summary>
    public TableName Budgets { get; }

    /// <summary>The table's open holds.</summary>
    public TableName Holds { get; }

    /// <summary>The table's events that wait for delivery.</summary>
    public TableName Events { get; }

    /// <summary>The ledger's sums by day.</summary>
    public TableName Spending { get; }

    /// <summary>How far those sums have come.</summary>
    public TableName Rollups { get; }

    /// <summary>What each key has spent since a day.</summary>
    public TableName Spenders { get; }

    /// <summary>
    /// Whether the number of the transaction that wrote a row tells whether the row was changed since: not where this role
    /// cannot see it, nor where a trigger may write the row once more in the same transaction.
    /// </summary>
    public required bool FollowsVersions { get; init; }

    /// <summary>Whether a rule adds statements to ours. Then Postgres takes none of ours in WITH, where the rows that it wrote could be counted.</summary>
    public required bool HasRules { get; init; }

    /// <summary>A row's version, as SQL.</summary>
    public string Version => FollowsVersions ? "xmin" : "NULL::xid";

    /// <summary>The version of the rows that this transaction writes, as SQL. It has the 32 bits that a row has room for.</summary>
    public string OwnVersion => FollowsVersions ? "txid_current_if_assigned() % 4294967296" : "NULL::bigint";

    /// <summary>
    /// A number, as SQL, that is another one when the table has other columns, or when another table has its name: a new
    /// column with a default, and a new name for an old one, rewrite no row. What writes of rows leaves it alone.
    /// </summary>
    public string ColumnsMark => FollowsVersions
        ? $"(SELECT sum(hashnameextended(attname, attrelid::bigint * 2048 + attnum) >> 16)::bigint FROM pg_attribute WHERE attrelid = '{Name.Sql}'::regclass AND attnum > 0 AND NOT attisdropped)"
        : "NULL::bigint";

    public required ReferenceType IdType { get; init; }

    public required ReferenceType AccountType { get; init; }

    public required ReferenceType UserType { get; init; }

    /// <summary>Whether the table gives a new row its id. Else ids are uuids that we make.</summary>
    public required bool MakesIds { get; init; }

    /// <summary>The largest total that the whole-cent column can hold, in cents.</summary>
    public required long LargestUsedCents { get; init; }

    /// <summary>The largest cap that the table can hold, in cents.</summary>
    public required long LargestCapCents { get; init; }

    /// <summary>How many characters of a hash the table can hold; <see langword="null"/> for any number.</summary>
    public required int? LongestHash { get; init; }

    /// <summary>Reads the catalog.</summary>
    /// <exception cref="SchemaException">The table, a table beside it, a column or an index is not as it has to be.</exception>
    public static async Task<KeysTable> LoadAsync(NpgsqlConnection connection, TableName name, KeyColumns columns, CancellationToken cancellationToken)
    {
        var facts = await TableFacts.LoadAsync(connection, name, cancellationToken).ConfigureAwait(false);
        Require(TableRules.OfKeys(name, columns, facts));
        var followsVersions = facts!.Kind is { ShowsVersions: true, Triggers: null };
        var hasRules = facts.Rules.Any(rule => rule.Event != RuleFacts.Delete);
        foreach (var companion in CompanionTables.All)
        {
            var beside = name.Beside(companion.Suffix);
            var factsBeside = await TableFacts.LoadAsync(connection, beside, cancellationToken).ConfigureAwait(false);
            Require(TableRules.OfCompanion(name, companion, factsBeside));
            followsVersions &= factsBeside!.Kind.Triggers is null;
            hasRules |= factsBeside.Rules.Count > 0;
        }

        var id = facts.Columns[columns.Id];
        return new KeysTable(name, columns.Quoted())
        {
            FollowsVersions = followsVersions,
            HasRules = hasRules,
            IdType = new ReferenceType(id.Type),
            AccountType = new ReferenceType(facts.Columns[columns.AccountId].Type),
            UserType = new ReferenceType(facts.Columns[columns.UserId].Type),
            MakesIds = id.HasDefault || id.Type != "uuid",
            LargestUsedCents = LargestOf(facts.Columns[columns.BudgetUsedCents]),
            LargestCapCents = LargestOf(facts.Columns[columns.BudgetCents]),
            LongestHash = facts.Columns[columns.KeyHash].MaxLength,
        };
    }

    /// <summary>Changes without the hashes that the column cannot hold: a key that keeps its plain hash can pay all the same.</summary>
    public BatchChanges Fit(BatchChanges changes) => changes.Keys.Any(IsTooLong)
        ? changes with { Keys = [.. changes.Keys.Select(key => IsTooLong(key) ? key with { KeyHash = null } : key)] }
        : changes;

    /// <summary>Checks a cap that is about to be stored.</summary>
    /// <exception cref="InvalidFieldException">The column cannot hold it.</exception>
    public long? RequireCap(long? cents) => cents is null || cents <= LargestCapCents
        ? cents
        : throw new InvalidFieldException(
            "budget", "does not fit the table's column", $"at most {Cost.FromMicroCents(LargestCapCents * Cost.MicroCentsPerCent)}, or a table migrated with --widen");

    /// <summary>Refuses what could not be worked on.</summary>
    /// <exception cref="SchemaException">There is an error among the findings.</exception>
    public static void Require(IEnumerable<StoreFinding> findings)
    {
        var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToArray();
        if (errors.Length > 0)
        {
            throw new SchemaException(string.Join(Environment.NewLine, errors.GroupBy(error => (error.Table, error.Code, error.Fix)).Select(Sentence)));
        }
    }

    private bool IsTooLong(KeyChange key) => key.KeyHash?.Length > LongestHash;

    // A table that was never migrated lacks twenty columns for one reason.
    private static string Sentence(IGrouping<(string Table, string Code, string Fix), StoreFinding> alike) => alike.Count() == 1
        ? alike.Single().ToString()
        : $"{alike.Key.Table}: {alike.Key.Code}: {string.Join(", ", alike.Select(finding => finding.Column))}; {alike.Key.Fix}";

    private static long LargestOf(ColumnFacts column) => column.Type == "bigint" ? long.MaxValue / Cost.MicroCentsPerCent : int.MaxValue;
}
