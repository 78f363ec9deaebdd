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
        + "budget_anchor_at, budget_used_micros, budget_used_until, "
        + "budget_calendar, budget_started_at, budget_window, budget_raise_micros, budget_raise_until, "
        + "account_id, parent_id, is_carved, budget_drawn_micros, previous_key_hash, previous_key_until, external_subject";

    public const string BudgetColumns =
        "owner, name, cap_micros, period, anchor_at, started_at, ends_at, used_micros, used_window, raise_micros, raise_until";

    public const string HoldColumns = "budget, key_id, operation_id, amount_micros, held_at, expires_at";

    // What a key's holds have of its own budget; those of closed periods no longer count.
    private const string HeldWhere =
        $"(SELECT coalesce(sum(h.amount_micros), 0) FROM {SqliteSchema.Holds} h WHERE h.budget = 'key:' || id AND (budget_started_at IS NULL OR h.held_at >= budget_started_at)";

    public const string DetailColumns =
        DecisionColumns + ", " + SqliteTime.Now + ", name, key_prefix, created_at, last_used_at, delegated_by, user_id, "
        + HeldWhere + " AND h.expires_at > " + SqliteTime.Now + "), " + HeldWhere + " AND h.expires_at <= " + SqliteTime.Now + ")";

    public const string EntryColumns =
        "sequence, at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of, "
        + "budget, balance_micros, expires_at";

    public static StoredKey ReadKey(SqliteDataReader row) => new()
    {
        Id = SqliteKeyId.ToText(row.GetInt64(0)),
        KeyHash = row.GetString(1),
        Scopes = row.IsDBNull(2) ? ScopeSet.Unlimited : ReadScopes(row.GetString(2)),
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
            Calendar = ReadText(row, 12),
            StartedAt = SqliteTime.ReadOptional(row, 13),
            Window = ReadText(row, 14),
            RaiseMicroCents = ReadNumber(row, 15) ?? 0,
            RaiseUntil = SqliteTime.ReadOptional(row, 16),
        },
        AccountId = ReadText(row, 17),
        ParentId = ReadNumber(row, 18) is { } parent ? SqliteKeyId.ToText(parent) : null,
        IsCarved = ReadNumber(row, 19) == 1,
        DrawnMicroCents = ReadNumber(row, 20) ?? 0,
        PreviousKeyHash = ReadText(row, 21),
        PreviousKeyUntil = SqliteTime.ReadOptional(row, 22),
        ExternalSubject = ReadText(row, 23),
    };

    public static StoredKeyDetails ReadDetails(SqliteDataReader row) => new()
    {
        Key = ReadKey(row),
        ReadAt = SqliteTime.Read(row, 24),
        Name = row.GetString(25),
        KeyPrefix = row.GetString(26),
        CreatedAt = SqliteTime.Read(row, 27),
        LastUsedAt = SqliteTime.ReadOptional(row, 28),
        DelegatedBy = ReadText(row, 29),
        UserId = ReadText(row, 30),
        HeldMicroCents = row.GetInt64(31),
        ExpiredMicroCents = row.GetInt64(32),
    };

    public static StoredExtraBudget ReadBudget(SqliteDataReader row) => new()
    {
        Owner = row.GetString(0),
        Name = row.GetString(1),
        CapMicroCents = row.GetInt64(2),
        Period = row.GetString(3),
        AnchorAt = SqliteTime.ReadOptional(row, 4),
        StartedAt = SqliteTime.Read(row, 5),
        EndsAt = SqliteTime.ReadOptional(row, 6),
        UsedMicroCents = row.GetInt64(7),
        Window = ReadText(row, 8),
        RaiseMicroCents = row.GetInt64(9),
        RaiseUntil = SqliteTime.ReadOptional(row, 10),
    };

    public static HoldSlice ReadHold(SqliteDataReader row) => new(
        row.GetString(0), SqliteKeyId.ToText(row.GetInt64(1)), row.GetString(2), row.GetInt64(3), SqliteTime.Read(row, 4), SqliteTime.Read(row, 5));

    public static LedgerEntry ReadEntry(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = SqliteTime.Read(row, 1),
        KeyId = row.GetInt64(2) == SqliteKeyId.None ? "" : SqliteKeyId.ToText(row.GetInt64(2)),
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
        Budget = ReadText(row, 13),
        BalanceMicroCents = ReadNumber(row, 14),
        ExpiresAt = SqliteTime.ReadOptional(row, 15),
    };

    public static object ToColumn(ScopeSet scopes) =>
        scopes.IsUnlimited ? DBNull.Value : JsonSerializer.Serialize(scopes.Held, ColumnJson.Default.IReadOnlyListString);

    private static ScopeSet ReadScopes(string json)
    {
        try
        {
            // "null" is text that somebody wrote, and no NULL.
            return JsonSerializer.Deserialize(json, ColumnJson.Default.StringArray) is { } scopes ? ScopeSet.FromStored(scopes) : ScopeSet.Unreadable;
        }
        catch (JsonException)
        {
            return ScopeSet.Unreadable;
        }
    }

    public static string? ReadText(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? ReadNumber(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
