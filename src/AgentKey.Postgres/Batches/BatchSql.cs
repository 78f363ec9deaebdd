using System.Globalization;
using AgentKey.Postgres.Schema;

namespace AgentKey.Postgres.Batches;

/// <summary>The statements of the hot path, for one table.</summary>
internal sealed class BatchSql
{
    /// <summary>Whether a slice <c>h</c> is the one that <c>c</c> names.</summary>
    public const string IsSameHold = "h.key_id = c.key_id AND h.operation_id = c.operation_id AND h.budget = c.budget";

    /// <summary>The first instant that is understood, from which a calendar can still go back.</summary>
    public const string Earliest = "timestamptz '1000-01-01 00:00:00+00'";

    /// <summary>The last: the driver misreads years from 10000 on.</summary>
    public const string Latest = "timestamptz '9999-12-31 00:00:00+00'";

    public static readonly string BudgetColumns =
        $"owner, name, cap_micros, period, {Clamped("anchor_at")}, {Clamped("started_at")}, {Clamped("ends_at")}, used_micros, used_window, raise_micros, {Clamped("raise_until")}";

    public static readonly string HoldColumns = $"h.budget, h.key_id, h.operation_id, h.amount_micros, {Clamped("h.held_at")}, {Clamped("h.expires_at")}";

    public static readonly string EntryColumns =
        $"l.sequence, {Clamped("l.at")}, l.key_id, l.operation_id, l.kind, l.amount_micros, {Clamped("l.period_end")}, l.remaining_micros, l.refers_to, l.scope, l.tool, "
        + $"l.trace_id, l.on_behalf_of, l.budget, l.balance_micros, {Clamped("l.expires_at")}";

    /// <summary>Part of the message of a statement that fails because the table did not take all that was written to it.</summary>
    public const string Dropped = "agentkey: a trigger drops what is written";

    // A database may be set to forget its last commits in a crash. Then a call was served and nobody has paid, and the
    // numbers of the lost transactions are given again, which a remembered row would take for its own.
    private const string Durability =
        "CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'local', true) END";

    private static readonly string[] Hold = ["text budget", "text key_id", "text operation_id"];

    public BatchSql(KeysTable table, TimeSpan statementTimeout)
    {
        var names = table.Columns;
        var ids = $"text[]::{table.IdType.Sql}";
        var operations = Rows("text key_id", "text id");
        DecisionColumns = DecisionColumnsOf(names);
        var milliseconds = (statementTimeout.Ticks / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture);
        SetLimits = $"""
            SELECT set_config('lock_timeout', '{milliseconds}', true), set_config('statement_timeout', '{milliseconds}', true),
                set_config('idle_in_transaction_session_timeout', '{milliseconds}', true), set_config('enable_seqscan', 'off', true),
                set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
                set_config('plan_cache_mode', 'force_generic_plan', true), set_config('row_security', 'off', true), {Durability}
            """;
        Load = $"SELECT {DecisionColumns}, {table.Version} FROM {table.Name.Sql} WHERE {names.Id} = ANY($1::{ids}[]) ORDER BY {names.Id} FOR NO KEY UPDATE";
        Mark = $"SELECT clock_timestamp(), {table.OwnVersion}, pg_postmaster_start_time(), {table.ColumnsMark}";
        LoadBudgets = $"SELECT {BudgetColumns} FROM {table.Budgets.Sql} WHERE owner = ANY($1) ORDER BY owner, name FOR NO KEY UPDATE";
        FindLocked = $"""
            WITH free_keys AS (SELECT {names.Id} AS id FROM {table.Name.Sql} WHERE {names.Id} = ANY($1::{ids}[]) FOR NO KEY UPDATE SKIP LOCKED),
            free_budgets AS (SELECT owner, name FROM {table.Budgets.Sql} WHERE owner = ANY($2) FOR NO KEY UPDATE SKIP LOCKED)
            SELECT 'key:' || {names.Id}::text FROM {table.Name.Sql} WHERE {names.Id} = ANY($1::{ids}[]) AND {names.Id} NOT IN (SELECT id FROM free_keys)
            UNION SELECT owner FROM {table.Budgets.Sql} WHERE owner = ANY($2) AND (owner, name) NOT IN (SELECT owner, name FROM free_budgets)
            """;
        // "kind <> 8" is the condition of the index that finds what ended an operation; without it the whole key is read.
        LookUp = $"""
            SELECT {EntryColumns} FROM ({operations}) w JOIN {table.Ledger.Sql} l ON l.key_id = w.key_id AND l.operation_id = w.id
            UNION ALL
            SELECT {EntryColumns} FROM ({operations}) w JOIN {table.Ledger.Sql} l ON l.key_id = w.key_id AND l.refers_to = w.id AND l.kind <> 8
            """;
        LoadHolds = $"SELECT {HoldColumns} FROM ({operations}) w JOIN {table.Holds.Sql} h ON h.key_id = w.key_id AND h.operation_id = w.id";
        LoadExpired = $"SELECT {HoldColumns} FROM {table.Holds.Sql} h WHERE h.budget = ANY($1) AND h.expires_at <= $2";
        TakeHolds = $"""
            INSERT INTO {table.Holds.Sql} (budget, key_id, operation_id, expires_at, amount_micros, held_at)
            {Rows([.. ExpiringHold, "bigint amount_micros", "timestamptz held_at"])}
            """;
        string Counted(string statement) => table.HasRules ? statement : CountedOf(statement);
        TakeHoldsLocked = Counted(TakeHolds);
        ExtendHolds = Counted($"UPDATE {table.Holds.Sql} h SET expires_at = c.expires_at FROM ({Rows(ExpiringHold)}) c WHERE {IsSameHold}");
        CloseHolds = Counted($"DELETE FROM {table.Holds.Sql} h USING ({Rows(Hold)}) c WHERE {IsSameHold}");
        Update = Counted($"{UpdateOf(table)} FROM ({Rows(ChangeOf(table))}) c WHERE k.{names.Id} = c.id");
        Recalled = new RecalledSql(table);
        UpdateState = Counted($"""
            UPDATE {table.Name.Sql} k SET {names.BudgetWindow} = c.used_window, {names.BudgetDrawnMicros} = c.drawn, {names.RevokedAt} = c.revoked_at
            FROM ({Rows(ids + " id", "text used_window", "bigint drawn", "timestamptz revoked_at")}) c
            WHERE k.{names.Id} = c.id
            """);
        UpdateHashes = Counted($"""
            UPDATE {table.Name.Sql} k SET {names.KeyHash} = c.hash
            FROM ({Rows(ids + " id", "text hash")}) c WHERE k.{names.Id} = c.id
            """);
        UpdateCaps = Counted($"""
            UPDATE {table.Name.Sql} k SET {names.BudgetCents} = c.cents
            FROM ({Rows(ids + " id", "bigint cents")}) c WHERE k.{names.Id} = c.id
            """);
        ReleaseSubjects = Counted($"UPDATE {table.Name.Sql} k SET {names.ExternalSubject} = NULL FROM ({Rows(ids + " id")}) c WHERE k.{names.Id} = c.id");
        UpdateBudgets = Counted($"""
            UPDATE {table.Budgets.Sql} b SET used_micros = c.micros, started_at = c.started_at, ends_at = c.ends_at, used_window = c.used_window
            FROM ({Rows("text owner", "text name", "bigint micros", "timestamptz started_at", "timestamptz ends_at", "text used_window")}) c
            WHERE b.owner = c.owner AND b.name = c.name
            """);
        Append = $"""
            INSERT INTO {table.Ledger.Sql} (at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of,
                budget, balance_micros, expires_at)
            {Rows(
                "timestamptz at", "text key_id", "text operation_id", "smallint kind", "bigint amount_micros", "timestamptz period_end", "bigint remaining_micros",
                "text refers_to", "text scope", "text tool", "text trace_id", "text on_behalf_of", "text budget", "bigint balance_micros", "timestamptz expires_at")}
            """;
        AppendLocked = Counted(Append);
        Tell = $"""
            INSERT INTO {table.Events.Sql} AS e (id, type, at, data, count, due_count, due_at)
            SELECT id, type, at, data, count, due_count, at
            FROM ({Rows("text id", "text type", "timestamptz at", "text data", "integer count", "integer due_count")}) n
            ORDER BY id
            ON CONFLICT (id) DO UPDATE SET count = e.count + excluded.count
            """;
    }

    /// <summary>What a decision reads of a key, in the order of <see cref="PostgresRows.ReadKey"/>.</summary>
    public string DecisionColumns { get; }

    public static string Begin => "BEGIN ISOLATION LEVEL READ COMMITTED";

    public static string Commit => "COMMIT";

    public static string RollBack => "ROLLBACK";

    public static string Now => "SELECT clock_timestamp()";

    /// <summary>A <see cref="BatchMark"/>. Read after the locks are held: now() would be the time at which the wait for them began.</summary>
    public string Mark { get; }

    /// <summary>
    /// Bounds every wait, makes the commit durable, and keeps the planner on the primary key: a batch touches few rows, but on a table without
    /// statistics a large array parameter can look as if a scan of the whole table were cheaper. With one plan possible,
    /// the generic one saves planning each statement anew for each batch: over a quarter of the server's time. A row that a
    /// policy would hide is an error: of a budget that nobody sees, nothing would be spent.
    /// </summary>
    public string SetLimits { get; }

    public string Load { get; }

    public string LoadBudgets { get; }

    /// <summary>The owners of the rows that a batch would have to wait for.</summary>
    public string FindLocked { get; }

    public string LoadHolds { get; }

    public string LoadExpired { get; }

    public string TakeHolds { get; }

    /// <summary>As <see cref="TakeHolds"/>, and this and what follows of slices fail when one was not written.</summary>
    public string TakeHoldsLocked { get; }

    public string ExtendHolds { get; }

    public string CloseHolds { get; }

    public string LookUp { get; }

    /// <summary>This and the updates that follow fail when a row was not written.</summary>
    public string Update { get; }

    /// <summary>The statements of a batch that was decided on remembered rows.</summary>
    public RecalledSql Recalled { get; }

    public string UpdateState { get; }

    public string UpdateHashes { get; }

    /// <summary>Apart from the others, because the role that charges has no right to it.</summary>
    public string UpdateCaps { get; }

    /// <summary>Apart from the others for the same reason: who mints keys has it.</summary>
    public string ReleaseSubjects { get; }

    public string UpdateBudgets { get; }

    public string Append { get; }

    /// <summary>As <see cref="Append"/>, and fails when an entry was dropped.</summary>
    public string AppendLocked { get; }

    /// <summary>Puts events into the outbox, in the order of their ids, so that no two batches can wait for each other.</summary>
    public string Tell { get; }

    /// <summary>The columns of a slice and its expiry, for <see cref="Rows"/>.</summary>
    public static IReadOnlyList<string> ExpiringHold { get; } = [.. Hold, "timestamptz expires_at"];

    /// <summary>What most charges change of a row of keys, up to the FROM that says with which values.</summary>
    public static string UpdateOf(KeysTable table)
    {
        var names = table.Columns;
        return $"""
            UPDATE {table.Name.Sql} k
            SET {names.BudgetUsedCents} = c.cents, {names.BudgetUsedMicros} = c.micros, {names.BudgetUsedUntil} = c.period_end,
                {names.BudgetResetAt} = CASE WHEN k.{names.BudgetCalendar} IS NULL THEN c.period_end END,
                {names.BudgetStartedAt} = coalesce(c.started_at, k.{names.BudgetStartedAt}), {names.LastUsedAt} = coalesce(c.last_used_at, k.{names.LastUsedAt})
            """;
    }

    /// <summary>The columns of these values, for <see cref="Rows"/>.</summary>
    public static IReadOnlyList<string> ChangeOf(KeysTable table) =>
        [$"text[]::{table.IdType.Sql} id", "bigint cents", "bigint micros", "timestamptz period_end", "timestamptz started_at", "timestamptz last_used_at"];

    /// <summary>
    /// The rows whose columns are the parameters, arrays of one length. Side by side in a SELECT list they are read in step;
    /// in FROM each would be copied into a store of its own first.
    /// </summary>
    /// <param name="columns">A type and a name for each parameter.</param>
    public static string Rows(params IReadOnlyList<string> columns) => "SELECT " + string.Join(", ", columns.Select((column, i) =>
    {
        var space = column.LastIndexOf(' ');
        return $"unnest(${i + 1}::{column[..space]}[]) AS {column[(space + 1)..]}";
    }));

    /// <summary>
    /// A statement that fails unless it wrote a row for each value of its first parameter: else a trigger of the host's would
    /// make a charge a free call. Postgres itself refuses what a rule would make of a statement in WITH.
    /// </summary>
    private static string CountedOf(string statement) => $"""
        WITH written AS ({statement} RETURNING 1)
        SELECT CASE WHEN n = cardinality($1) THEN n ELSE ('{Dropped}, ' || n)::bigint END FROM (SELECT count(*) AS n FROM written) w
        """;

    private static string DecisionColumnsOf(KeyColumns names) => $"""
        {names.Id}::text, coalesce({names.KeyHash}, ''), {List(names.Scopes)}, {Clamped(names.ExpiresAt)}, {Clamped(names.RevokedAt)},
        {names.BudgetCents}::bigint, coalesce({names.BudgetUsedCents}, 0)::bigint, {names.BudgetPeriod},
        {Clamped(names.BudgetResetAt)}, {Clamped(names.BudgetAnchorAt)}, {names.BudgetUsedMicros}, {Clamped(names.BudgetUsedUntil)},
        {names.BudgetCalendar}, {Clamped(names.BudgetStartedAt)}, {names.BudgetWindow}, {names.BudgetRaiseMicros}, {Clamped(names.BudgetRaiseUntil)},
        {names.AccountId}::text, {names.ParentId}::text, {names.IsCarved}, {names.BudgetDrawnMicros},
        {names.PreviousKeyHash}, {Clamped(names.PreviousKeyUntil)}, {names.ExternalSubject}
        """;

    /// <summary>An instant that the driver and every calendar can read: the nearest, where a row holds another.</summary>
    public static string Clamped(string column) => $"CASE WHEN {column} > {Latest} THEN {Latest} WHEN {column} < {Earliest} THEN {Earliest} ELSE {column} END";

    // A table of scopes is as little a list of them as one with a NULL in it, which can be read.
    private static string List(string column) => $"CASE WHEN array_ndims({column}) > 1 THEN '{{NULL}}' ELSE {column} END";
}
