using System.Text.Json;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The statements that make, find, list and rotate keys.</summary>
internal static class SqliteKeyStatements
{
    // As a key is found for its account when it is revoked: a uuid is the same in letters of either size.
    private const string IsOfAccount = "($account_id IS NULL OR account_id = $account_id OR lower(account_id) = $uuid)";

    public static string? Insert(SqliteConnection connection, KeyInsert key)
    {
        const string sql = $"""
            INSERT INTO {SqliteSchema.Keys} (account_id, key_hash, key_prefix, name, created_at, user_id, scopes, budget_cents, budget_used_cents,
                budget_period, budget_reset_at, expires_at, delegated_by, budget_used_micros, budget_used_until, budget_anchor_at,
                budget_calendar, parent_id, is_carved, external_subject)
            VALUES ($account_id, $key_hash, $key_prefix, $name, {SqliteTime.Now}, $user_id, $scopes, $cap, $used,
                $period, $reset_at, $expires_at, $delegated_by, $micros, $until, $anchor, $calendar, $parent_id, $is_carved, $external_subject)
            ON CONFLICT (external_subject) WHERE external_subject IS NOT NULL DO NOTHING RETURNING id
            """;
        using var transaction = connection.BeginTransaction(deferred: false);
        var id = connection.Query(
            sql,
            row => SqliteKeyId.ToText(row.GetInt64(0)),
            ("$account_id", key.AccountId),
            ("$key_hash", key.KeyHash),
            ("$key_prefix", key.KeyPrefix),
            ("$name", key.Name),
            ("$user_id", key.UserId),
            ("$scopes", SqliteKeyRows.ToColumn(key.Scopes)),
            ("$cap", key.Budget.CapCents),
            ("$used", key.Budget.UsedCents),
            ("$period", key.Budget.Period),
            ("$reset_at", SqliteTime.ToColumn(key.Budget.ResetAt)),
            ("$expires_at", SqliteTime.ToColumn(key.ExpiresAt)),
            ("$delegated_by", key.DelegatedBy),
            ("$micros", key.Budget.UsedMicroCents),
            ("$until", SqliteTime.ToColumn(key.Budget.UsedUntil)),
            ("$anchor", SqliteTime.ToColumn(key.Budget.AnchorAt)),
            ("$calendar", key.Budget.Calendar),
            ("$parent_id", key.ParentId is null ? null : SqliteKeyId.ToColumn(key.ParentId)),
            ("$is_carved", key.IsCarved ? 1 : null),
            ("$external_subject", key.ExternalSubject)).FirstOrDefault();
        if (id is null && !HasSubject(connection, key.ExternalSubject))
        {
            throw SqliteFile.Dropped(connection.DataSource);
        }

        transaction.Commit();
        return id;
    }

    private static bool HasSubject(SqliteConnection connection, string? subject) =>
        connection.Query($"SELECT 1 FROM {SqliteSchema.Keys} WHERE external_subject = $subject", row => true, ("$subject", subject)).Count > 0;

    public static IReadOnlyList<string> FindDescendants(SqliteConnection connection, string keyId)
    {
        var sql = $"""
            WITH RECURSIVE below AS (
                SELECT id, 1 AS length FROM {SqliteSchema.Keys} WHERE parent_id = $id
                UNION ALL
                SELECT c.id, b.length + 1 FROM below b JOIN {SqliteSchema.Keys} c ON c.parent_id = b.id WHERE b.length < {KeyChain.MaxLength})
            SELECT id FROM below GROUP BY id ORDER BY max(length) DESC, id
            """;
        return connection.Query(sql, row => SqliteKeyId.ToText(row.GetInt64(0)), ("$id", SqliteKeyId.ToColumn(keyId)));
    }

    public static IReadOnlyList<StoredKeyDetails> List(SqliteConnection connection, KeyQuery query)
    {
        if (query.AfterId is { } after && SqliteKeyId.ToColumn(after) == SqliteKeyId.None)
        {
            return [];
        }

        // A line break between the columns: it can be in none of them, so nothing is found across two.
        var sql = $"""
            SELECT {SqliteKeyRows.DetailColumns} FROM {SqliteSchema.Keys}
            WHERE {IsOfAccount}
              AND ($dead OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {SqliteTime.Now})))
              AND ($after IS NULL OR id {(query.NewestFirst ? "<" : ">")} $after)
              AND ($parent IS NULL OR parent_id = $parent)
              AND ($search IS NULL OR id = $search_id OR instr(
                  lower(name || char(10) || coalesce(account_id, '') || char(10) || key_prefix || char(10) || coalesce(delegated_by, '')
                      || char(10) || coalesce(external_subject, '')), lower($search)) > 0)
            ORDER BY id {(query.NewestFirst ? "DESC" : "ASC")} LIMIT $limit
            """;
        return [.. WithBudgets(connection, connection.Query(
            sql,
            SqliteKeyRows.ReadDetails,
            ("$account_id", query.AccountId),
            ("$uuid", UuidOf(query.AccountId)),
            ("$dead", query.IncludeDead),
            ("$after", query.AfterId is null ? null : SqliteKeyId.ToColumn(query.AfterId)),
            ("$parent", query.ParentId is null ? null : SqliteKeyId.ToColumn(query.ParentId)),
            ("$search", query.Search),
            ("$search_id", query.Search is null ? null : SqliteKeyId.ToColumn(query.Search)),
            ("$limit", query.Limit)))];
    }

    public static bool Rotate(SqliteConnection connection, KeyRotation rotation)
    {
        const string isMeant = $"""
            id = $id AND {IsOfAccount} AND revoked_at IS NULL
                AND ($presented IS NULL OR key_hash IN (SELECT value FROM json_each($presented)))
            """;
        const string sql = $"""
            UPDATE {SqliteSchema.Keys} SET key_hash = $new_hash, key_prefix = $new_prefix,
                previous_key_hash = CASE WHEN $overlap > 0 THEN key_hash END,
                previous_key_until = CASE WHEN $overlap > 0 THEN {SqliteTime.Now} + $overlap END
            WHERE {isMeant}
            """;
        using var transaction = connection.BeginTransaction(deferred: false);
        var isRotated = connection.ChangeAll(
            sql,
            $"{SqliteSchema.Keys} WHERE {isMeant}",
            ("$new_hash", rotation.NewHash.Stored),
            ("$new_prefix", rotation.NewPrefix),
            ("$overlap", rotation.Overlap.Ticks / TimeSpan.TicksPerMillisecond),
            ("$id", SqliteKeyId.ToColumn(rotation.KeyId)),
            ("$account_id", rotation.AccountId),
            ("$uuid", UuidOf(rotation.AccountId)),
            ("$presented", JsonOf(rotation.Presented)));
        transaction.Commit();
        return isRotated;
    }

    private static string? UuidOf(string? account) => Guid.TryParseExact(account, "D", out var uuid) ? uuid.ToString("D") : null;

    private static string? JsonOf(IReadOnlyList<SecretHash>? hashes) =>
        hashes is null ? null : JsonSerializer.Serialize(hashes.Select(hash => hash.Stored), ColumnJson.Default.IEnumerableString);

    private static IEnumerable<StoredKeyDetails> WithBudgets(SqliteConnection connection, IEnumerable<StoredKeyDetails> keys) =>
        keys.Select(key => key with { Budgets = SqliteBudgetStatements.List(connection, "key:" + key.Key.Id) });
}
