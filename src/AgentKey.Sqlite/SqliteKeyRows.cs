using System.Text.Json;
using AgentKey.Scopes;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Rows of the keys table and of the ledger, column by column.</summary>
internal static class SqliteKeyRows
{
    public const string DecisionColumns =
        "id, key_hash, scopes, expires_at, revoked_at, budget_cents, budget_used_cents, budget_period, budget_reset_at, "
        + "budget_anchor_at, budget_used_micros, budget_used_until";

    public const string DetailColumns =
        DecisionColumns + ", " + SqliteTime.Now + ", account_id, name, key_prefix, created_at, last_used_at, delegated_by, user_id";

    public const string EntryColumns =
        "sequence, at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of";

    public static StoredKey ReadKey(SqliteDataReader row) => new()
    {
        Id = SqliteKeyId.ToText(row.GetInt64(0)),
        KeyHash = row.GetString(1),
        Scopes = ScopeSet.FromStored(row.IsDBNull(2) ? null : JsonSerializer.Deserialize<string[]>(row.GetString(2))),
        ExpiresAt = SqliteTime.ReadOptional(row, 3),
        RevokedAt = SqliteTime.ReadOptional(row, 4),
        Budget = new StoredBudget
        {
            CapCents = ReadNumber(row, 5),
            UsedCents = ReadNumber(row, 6) ?? 0,
            Period = ReadText(row, 7),
            ResetAt = SqliteTime.ReadOptional(row, 8),
            AnchorAt = SqliteTime.ReadOptional(row, 9),
            UsedMicroCents = ReadNumber(row, 10),
            UsedUntil = SqliteTime.ReadOptional(row, 11),
        },
    };

    public static StoredKeyDetails ReadDetails(SqliteDataReader row) => new()
    {
        Key = ReadKey(row),
        ReadAt = SqliteTime.Read(row, 12),
        AccountId = ReadText(row, 13),
        Name = row.GetString(14),
        KeyPrefix = row.GetString(15),
        CreatedAt = SqliteTime.Read(row, 16),
        LastUsedAt = SqliteTime.ReadOptional(row, 17),
        DelegatedBy = ReadText(row, 18),
        UserId = ReadText(row, 19),
    };

    public static LedgerEntry ReadEntry(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = SqliteTime.Read(row, 1),
        KeyId = SqliteKeyId.ToText(row.GetInt64(2)),
        OperationId = ReadText(row, 3),
        Kind = (LedgerEntryKind)row.GetInt32(4),
        AmountMicroCents = row.GetInt64(5),
        PeriodEnd = SqliteTime.ReadOptional(row, 6),
        RemainingMicroCents = ReadNumber(row, 7),
        RefersTo = ReadText(row, 8),
        Scope = ReadText(row, 9),
        Tool = ReadText(row, 10),
        TraceId = ReadText(row, 11),
        OnBehalfOf = ReadText(row, 12),
    };

    public static object ToColumn(ScopeSet scopes) =>
        scopes.IsUnlimited ? DBNull.Value : JsonSerializer.Serialize(scopes.Held);

    private static string? ReadText(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? ReadNumber(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
