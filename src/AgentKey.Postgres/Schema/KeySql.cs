using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that make, find, list and rotate keys, for one table.</summary>
internal sealed class KeySql(KeysTable table, BatchSql batch)
{
    private readonly string _keys = table.Name.Sql;
    private readonly string _id = table.IdType.Sql;
    private readonly KeyColumns _names = table.Columns;

    // What a key's holds have of its own budget; those of closed periods no longer count.
    private readonly string _columns = $"""
        {batch.DecisionColumns}, clock_timestamp(), coalesce({table.Columns.Name}, ''), coalesce({table.Columns.KeyPrefix}, ''),
            {BatchSql.Clamped(table.Columns.CreatedAt)}, {BatchSql.Clamped(table.Columns.LastUsedAt)}, {table.Columns.DelegatedBy}, {table.Columns.UserId}::text,
            {HeldWhere(table, "> clock_timestamp()")}, {HeldWhere(table, "<= clock_timestamp()")}
        """;

    /// <summary>Only that the subject is there already is no fault. What else the table keeps apart is the host's to say, by the constraint's name.</summary>
    public NpgsqlCommand Insert(KeyInsert key) => Command(
        $"""
        INSERT INTO {_keys} ({(table.MakesIds ? "" : $"{_names.Id}, ")}{_names.AccountId}, {_names.KeyHash}, {_names.KeyPrefix}, {_names.Name}, {_names.CreatedAt},
            {_names.UserId}, {_names.Scopes}, {_names.BudgetCents}, {_names.BudgetUsedCents}, {_names.BudgetPeriod}, {_names.BudgetResetAt},
            {_names.ExpiresAt}, {_names.DelegatedBy}, {_names.BudgetUsedMicros}, {_names.BudgetUsedUntil}, {_names.BudgetAnchorAt},
            {_names.BudgetCalendar}, {_names.ParentId}, {_names.IsCarved}, {_names.ExternalSubject})
        VALUES ({(table.MakesIds ? "" : "gen_random_uuid(), ")}($1::text)::{table.AccountType.Sql}, $2, $3, $4, clock_timestamp(),
            ($5::text)::{table.UserType.Sql}, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, ($17::text)::{_id}, $18, $19)
        {(key.ExternalSubject is null ? "" : $"ON CONFLICT ({_names.ExternalSubject}) WHERE {_names.ExternalSubject} IS NOT NULL DO NOTHING")} RETURNING {_names.Id}::text
        """,
        Text(table.AccountType.Require(key.AccountId, "accountId")), Text(key.KeyHash), Text(key.KeyPrefix), Text(key.Name),
        Text(table.UserType.Require(key.UserId, "userId")),
        Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, key.Scopes.IsUnlimited ? null : key.Scopes.Held.ToArray()),
        Parameter(NpgsqlDbType.Bigint, table.RequireCap(key.Budget.CapCents)), Parameter(NpgsqlDbType.Bigint, key.Budget.UsedCents), Text(key.Budget.Period),
        Instant(key.Budget.ResetAt), Instant(key.ExpiresAt), Text(key.DelegatedBy),
        Parameter(NpgsqlDbType.Bigint, key.Budget.UsedMicroCents), Instant(key.Budget.UsedUntil), Instant(key.Budget.AnchorAt),
        Text(key.Budget.Calendar), Text(key.ParentId), Parameter(NpgsqlDbType.Boolean, key.IsCarved ? true : null), Text(key.ExternalSubject));

    public NpgsqlCommand FindChain(KeyLookup lookup)
    {
        var (condition, value) = lookup switch
        {
            { KeyId: { } id } => ($"{_names.Id} = ($1::text)::{_id}", Text(IdOrNull(id))),
            { Hash: not null } => (
                $"({_names.KeyHash} = ANY($1) OR {_names.PreviousKeyHash} = ANY($1))",
                Texts(lookup.StoredHashes)),
            _ => ($"{_names.ExternalSubject} = $1", Text(lookup.Subject)),
        };
        return Command(
            $"""
            WITH RECURSIVE chain (id, parent_id, account_id, length) AS (
                SELECT {_names.Id}, {_names.ParentId}, {_names.AccountId}, 1 FROM {_keys} WHERE {condition}
                UNION ALL
                SELECT p.{_names.Id}, p.{_names.ParentId}, p.{_names.AccountId}, c.length + 1
                FROM chain c JOIN {_keys} p ON p.{_names.Id} = c.parent_id WHERE c.length < {KeyChain.MaxLength})
            SELECT id::text, parent_id::text, account_id::text FROM chain ORDER BY length
            """,
            value);
    }

    public NpgsqlCommand FindDescendants(string keyId) => Command(
        $"""
        WITH RECURSIVE below (id, length) AS (
            SELECT {_names.Id}, 1 FROM {_keys} WHERE {_names.ParentId} = ($1::text)::{_id}
            UNION ALL
            SELECT c.{_names.Id}, b.length + 1 FROM below b JOIN {_keys} c ON c.{_names.ParentId} = b.id WHERE b.length < {KeyChain.MaxLength})
        SELECT id::text FROM below GROUP BY id ORDER BY max(length) DESC, id
        """,
        Text(IdOrNull(keyId)));

    // The ids come out of a subquery: an array that the planner can look into makes it plan anew for each call, and that
    // takes five times as long as the reading.
    public NpgsqlBatchCommand FindAll(IEnumerable<string> keyIds) =>
        new($"SELECT {_columns}, {table.Version}, pg_postmaster_start_time(), {table.ColumnsMark} FROM {_keys} k WHERE {_names.Id} = ANY(ARRAY(SELECT unnest(($1::text[])::{_id}[])))") { Parameters = { Texts(keyIds.Where(table.IdType.Accepts)) } };

    // Ordered by k.id, the column: id alone would be the text that is selected, which sorts 10 before 9 and has no index.
    public NpgsqlCommand List(KeyQuery query) => Command(
        $"""
        SELECT {_columns} FROM {_keys} k
        WHERE {IsOfAccount("$1", "$10")}
          AND ($2 OR ({_names.RevokedAt} IS NULL AND ({_names.ExpiresAt} IS NULL OR {_names.ExpiresAt} > clock_timestamp())))
          AND (NOT $9 OR {_names.Id} {(query.NewestFirst ? "<" : ">")} ($3::text)::{_id})
          AND (NOT $5 OR {_names.ParentId} = ($6::text)::{_id})
          AND ($7::text IS NULL OR {_names.Id} = ($8::text)::{_id} OR strpos({Searched}, lower($7)) > 0)
        ORDER BY k.{_names.Id} {(query.NewestFirst ? "DESC" : "ASC")} LIMIT $4
        """,
        Text(table.AccountType.Canonical(query.AccountId)), Parameter(NpgsqlDbType.Boolean, query.IncludeDead), Text(query.AfterId is null ? null : IdOrNull(query.AfterId)),
        Parameter(NpgsqlDbType.Integer, query.Limit), Parameter(NpgsqlDbType.Boolean, query.ParentId is not null),
        Text(query.ParentId is null ? null : IdOrNull(query.ParentId)), Text(query.Search), Text(query.Search is null ? null : IdOrNull(query.Search)), Parameter(NpgsqlDbType.Boolean, query.AfterId is not null),
        Text(ReferenceType.UuidOf(query.AccountId)));

    // A line break between the columns: it can be in none of them, so nothing is found across two. The columns may have
    // collations of their own, in which Postgres searches for no part of a text.
    private string Searched =>
        $"lower(concat_ws(chr(10), {_names.Name}, {_names.AccountId}, {_names.KeyPrefix}, {_names.DelegatedBy}, {_names.ExternalSubject}) COLLATE \"default\")";

    public NpgsqlCommand Rotate(KeyRotation rotation) => Command(
        $"""
        UPDATE {_keys} SET {_names.KeyHash} = $3, {_names.KeyPrefix} = $4,
            {_names.PreviousKeyHash} = CASE WHEN $5 > interval '0' THEN {_names.KeyHash} END,
            {_names.PreviousKeyUntil} = CASE WHEN $5 > interval '0' THEN clock_timestamp() + $5 END
        WHERE {_names.Id} = ($1::text)::{_id} AND {IsOfAccount("$2", "$7")} AND {_names.RevokedAt} IS NULL
            AND ($6::text[] IS NULL OR {_names.KeyHash} = ANY($6))
        RETURNING {_names.Id}::text
        """,
        Text(IdOrNull(rotation.KeyId)), Text(table.AccountType.Canonical(rotation.AccountId)), Text(rotation.NewHash.Stored), Text(rotation.NewPrefix),
        Parameter(NpgsqlDbType.Interval, rotation.Overlap),
        Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, rotation.Presented?.Select(hash => hash.Stored).ToArray()),
        Text(ReferenceType.UuidOf(rotation.AccountId)));

    /// <summary>Raises a key's own cap.</summary>
    public NpgsqlCommand Raise(string keyId, BudgetRaise raise) => Command(
        $"""
        UPDATE {_keys} SET {_names.BudgetRaiseMicros} = $2, {_names.BudgetRaiseUntil} = clock_timestamp() + $3
        WHERE {_names.Id} = ($1::text)::{_id} AND {_names.BudgetCents} IS NOT NULL RETURNING {_names.Id}::text
        """,
        Text(IdOrNull(keyId)), Parameter(NpgsqlDbType.Bigint, raise.ByMicroCents), Parameter(NpgsqlDbType.Interval, raise.For));

    /// <summary>What cannot be an id of this table equals no row: NULL compares to nothing.</summary>
    private string? IdOrNull(string keyId) => table.IdType.Accepts(keyId) ? keyId : null;

    /// <summary>As a key is found for its account when it is revoked; nobody's account is asked for by NULL.</summary>
    private string IsOfAccount(string account, string uuid) =>
        $"({account}::text IS NULL OR {_names.AccountId}::text COLLATE \"C\" = {account} OR lower({_names.AccountId}::text COLLATE \"C\") = {uuid}::text)";

    private static string HeldWhere(KeysTable table, string expiry) => $"""
        coalesce((SELECT sum(h.amount_micros) FROM {table.Holds.Sql} h WHERE h.budget = {CompanionTables.OwnBudget(CompanionTables.Unordered($"k.{table.Columns.Id}"))} AND h.expires_at {expiry}
            AND (k.{table.Columns.BudgetStartedAt} IS NULL OR h.held_at >= k.{table.Columns.BudgetStartedAt})), 0)::bigint
        """;
}
