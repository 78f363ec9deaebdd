using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that keep the ledger's sums by day, and read them together with what came after.</summary>
/// <remarks>
/// A part of the sums is complete up to a sequence number. Numbers are given before commits, so a higher one that is
/// visible says nothing about lower ones: a part first marks the highest number together with the next transaction id,
/// and goes up to the mark only when no transaction below that id is under way. Every writer of the ledger has locked
/// a row before it takes a number, and so has its id by then. No clock is involved.
/// </remarks>
internal sealed class SpendingSql(KeysTable table)
{
    /// <summary>The most sequence numbers that one transaction adds up.</summary>
    public const int Chunk = 50_000;

    private readonly string _ledger = table.Ledger.Sql;
    private readonly string _spending = table.Spending.Sql;
    private readonly string _rollups = table.Rollups.Sql;
    private readonly string _spenders = table.Spenders.Sql;

    /// <summary>The part of the sums that answers a query: of all keys together, or of each.</summary>
    public static string PartOf(SpendingQuery query) => query is { KeyId: null, By: not UsageGrouping.Key } ? "all" : "key";

    /// <summary>Whether this role may read the sums, may bring them up to date (not on a standby, for example), and may rank the keys; and today.</summary>
    public NpgsqlCommand Rights() => Command(
        $"""
        SELECT has_table_privilege('{Literal(_spending)}', 'SELECT') AND has_table_privilege('{Literal(_rollups)}', 'SELECT'),
            has_table_privilege('{Literal(_spending)}', 'INSERT') AND has_table_privilege('{Literal(_spending)}', 'UPDATE')
                AND has_table_privilege('{Literal(_rollups)}', 'INSERT') AND has_table_privilege('{Literal(_rollups)}', 'UPDATE')
                AND NOT current_setting('transaction_read_only')::boolean,
            has_table_privilege('{Literal(_spenders)}', 'SELECT') AND has_table_privilege('{Literal(_spenders)}', 'INSERT')
                AND has_table_privilege('{Literal(_spenders)}', 'UPDATE') AND has_table_privilege('{Literal(_spenders)}', 'DELETE'),
            (clock_timestamp() AT TIME ZONE 'UTC')::date
        """);

    public NpgsqlCommand Begin(string part, DateOnly since) => Command(
        $"""
        INSERT INTO {_rollups} AS r (part, since) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM {_rollups} WHERE part = $1 AND since IS NOT NULL)
        ON CONFLICT (part) DO UPDATE SET since = coalesce(r.since, excluded.since)
        """,
        Text(part), Day(since));

    /// <summary>A mark of another server, from which this database was restored, is one of the past.</summary>
    public NpgsqlCommand Lock(string part) => Command(
        $"""
        SELECT since, upto, marked, marked_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint OR marked_xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        FROM {_rollups} WHERE part = $1 FOR UPDATE SKIP LOCKED
        """,
        Text(part));

    /// <summary>Marks how far the part may go later; changes nothing when there is nothing new.</summary>
    public NpgsqlCommand Mark(string part) => Command(
        $"""
        UPDATE {_rollups} SET marked = l.newest, marked_xid = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        FROM (SELECT max(sequence) AS newest FROM {_ledger}) l WHERE part = $1 AND l.newest > upto
        """,
        Text(part));

    /// <summary>Where a part that has nothing yet begins: no entry before it is recent enough.</summary>
    public NpgsqlCommand FindFirst(DateOnly since, long marked) => Command(
        $"SELECT coalesce(min(sequence), $2 + 1) FROM {_ledger} WHERE at >= $1 AND sequence <= $2",
        Instant(Midnight(since)), Parameter(NpgsqlDbType.Bigint, marked));

    /// <summary>Adds up a piece of the ledger.</summary>
    /// <param name="part">The part of the sums.</param>
    /// <param name="since">The first day that is added up.</param>
    /// <param name="after">The piece begins after this sequence number.</param>
    /// <param name="upto">The last sequence number of the piece.</param>
    /// <param name="rankedSince">The first day that the rank of the keys counts; <see langword="null"/> when it is not to follow.</param>
    public NpgsqlCommand Add(string part, DateOnly since, long after, long upto, DateOnly? rankedSince)
    {
        var key = part == "all" ? "''" : "key_id";
        var ranked = rankedSince is null ? null : $"""
            , ranked AS (
                INSERT INTO {_spenders} AS r (key_id, amount_micros) SELECT key_id, sum(micros)::bigint FROM piece WHERE day >= $4 GROUP BY 1
                ON CONFLICT (key_id) DO UPDATE SET amount_micros = r.amount_micros + excluded.amount_micros)
            """;
        return Command(
            $"""
            WITH piece AS (
                SELECT (at AT TIME ZONE 'UTC')::date AS day, {key} AS key_id, coalesce(scope, '') AS scope, coalesce(tool, '') AS tool,
                    {LedgerSql.Calls} AS calls, sum(amount_micros)::bigint AS micros
                FROM {_ledger} WHERE sequence > $2 AND sequence <= $3 AND at >= $1 AND {LedgerSql.IsOfCall} GROUP BY 1, 2, 3, 4){ranked}
            INSERT INTO {_spending} AS s (day, key_id, scope, tool, calls, amount_micros) SELECT day, key_id, scope, tool, calls, micros FROM piece
            ON CONFLICT (day, key_id, scope, tool) DO UPDATE SET calls = s.calls + excluded.calls, amount_micros = s.amount_micros + excluded.amount_micros
            """,
            [
                Instant(Midnight(since)), Parameter(NpgsqlDbType.Bigint, after), Parameter(NpgsqlDbType.Bigint, upto),
                .. rankedSince is { } day ? new[] { Day(day) } : [],
            ]);
    }

    public NpgsqlCommand Advance(string[] parts, long upto) => Command(
        $"UPDATE {_rollups} SET upto = $2 WHERE part = ANY($1)", Texts(parts), Parameter(NpgsqlDbType.Bigint, upto));

    public NpgsqlCommand Find(string part) => Command($"SELECT since, upto FROM {_rollups} WHERE part = $1 AND since IS NOT NULL", Text(part));

    /// <summary>For the transaction: a group for each of very many keys stays in memory, and no statement is worth compiling.</summary>
    public static NpgsqlCommand Prepare() => Command("SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)");

    /// <summary>What is not among the largest groups is one group, NULL. Reads twice rather than keep a sum for each key and day.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="first">The first day whose sums are whole; <see langword="null"/> reads the ledger only.</param>
    /// <param name="upto">The sequence number up to which the sums are complete.</param>
    public NpgsqlCommand AddUp(SpendingQuery query, DateOnly? first, long upto) => Command(
        $"""
        WITH sums AS NOT MATERIALIZED (
            {OfLedger(query, "sequence > $4")}{(first is null ? null : $"""

            UNION ALL
            {OfDays(query)}
            UNION ALL
            {OfLedger(query, "sequence <= $4 AND at < $6")}
        """)}),
        largest AS (SELECT name FROM sums GROUP BY name ORDER BY sum(micros) DESC, name LIMIT $3)
        SELECT s.day, l.name, sum(s.calls)::bigint, sum(s.micros)::bigint
        FROM sums s LEFT JOIN largest l ON l.name = s.name GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2
        """,
        [
            Text(query.KeyId), Instant(query.Since), Parameter(NpgsqlDbType.Integer, query.Groups), Parameter(NpgsqlDbType.Bigint, upto),
            .. first is { } day ? new[] { Day(day), Instant(Midnight(day)) } : [],
        ]);

    /// <summary>
    /// Days that lose entries are read from what is left of the ledger from now on. Locks both parts, also when neither
    /// has begun, so that none adds up what is being removed.
    /// </summary>
    public NpgsqlCommand Forget(DateTimeOffset before) => Command(
        $"""
        INSERT INTO {_rollups} AS r (part) VALUES ('all'), ('key')
        ON CONFLICT (part) DO UPDATE SET since = greatest(r.since, least(($1 AT TIME ZONE 'UTC')::date, (clock_timestamp() AT TIME ZONE 'UTC')::date) + 1)
        WHERE r.since IS NOT NULL
        """,
        Instant(before));

    public NpgsqlCommand RemoveForgotten() => LedgerSql.Unhurried(Command(
        $"DELETE FROM {_spending} s USING {_rollups} r WHERE r.part = CASE s.key_id WHEN '' THEN 'all' ELSE 'key' END AND s.day < r.since"));

    public string OfLedger(SpendingQuery query, string condition) => $"""
        SELECT (at AT TIME ZONE 'UTC')::date AS day, coalesce({LedgerSql.GroupOf(query.By)}, '') AS name, {LedgerSql.IsCall}::integer AS calls, amount_micros AS micros
            FROM {_ledger} WHERE {condition} AND at >= $2 AND ($1::text IS NULL OR key_id = $1) AND {LedgerSql.IsOfCall}
        """;

    /// <summary>The days from one on, one by one: a range would read those of every key to find one key's.</summary>
    public string EachDay(string first) =>
        $"day = ANY(ARRAY(SELECT generate_series({first}::timestamp, (SELECT max(day) FROM {_spending})::timestamp, interval '1 day')::date))";

    private string OfDays(SpendingQuery query)
    {
        var whose = (query.KeyId, PartOf(query)) switch
        {
            (not null, _) => "key_id = $1 AND key_id <> ''",
            (_, "all") => "key_id = ''",
            _ => null,
        };
        var days = whose is null
            ? "day >= $5 AND key_id <> ''"
            : $"{EachDay("$5")} AND {whose}";
        return $"SELECT day, {LedgerSql.GroupOf(query.By)}, calls, amount_micros FROM {_spending} WHERE {days}";
    }

    public static NpgsqlParameter Day(DateOnly day) => Parameter(NpgsqlDbType.Date, day);

    public static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Literal(string name) => name.Replace("'", "''", StringComparison.Ordinal);
}
