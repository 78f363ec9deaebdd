using AgentKey.Scopes;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Batches;

/// <summary>Rows of the keys table and of the ledger, column by column.</summary>
internal static class PostgresRows
{
    public const string DetailColumns =
        BatchSql.DecisionColumns + ", clock_timestamp(), account_id::text, name, key_prefix, created_at, last_used_at, delegated_by, user_id";

    public static StoredKey ReadKey(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        KeyHash = row.GetString(1),
        Scopes = ScopeSet.FromStored(row.IsDBNull(2) ? null : row.GetFieldValue<string[]>(2)),
        ExpiresAt = Instant(row, 3),
        RevokedAt = Instant(row, 4),
        Budget = new StoredBudget
        {
            CapCents = Number(row, 5),
            UsedCents = row.GetInt64(6),
            Period = Text(row, 7),
            ResetAt = Instant(row, 8),
            AnchorAt = Instant(row, 9),
            UsedMicroCents = Number(row, 10),
            UsedUntil = Instant(row, 11),
        },
    };

    public static StoredKeyDetails ReadDetails(NpgsqlDataReader row) => new()
    {
        Key = ReadKey(row),
        ReadAt = Instant(row, 12)!.Value,
        AccountId = Text(row, 13),
        Name = row.GetString(14),
        KeyPrefix = row.GetString(15),
        CreatedAt = Instant(row, 16) ?? DateTimeOffset.UnixEpoch,
        LastUsedAt = Instant(row, 17),
        DelegatedBy = Text(row, 18),
        UserId = Text(row, 19),
    };

    public static LedgerEntry ReadEntry(NpgsqlDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = Instant(row, 1)!.Value,
        KeyId = row.GetString(2),
        OperationId = Text(row, 3),
        Kind = (LedgerEntryKind)row.GetInt16(4),
        AmountMicroCents = row.GetInt64(5),
        PeriodEnd = Instant(row, 6),
        RemainingMicroCents = Number(row, 7),
        RefersTo = Text(row, 8),
        Scope = Text(row, 9),
        Tool = Text(row, 10),
        TraceId = Text(row, 11),
        OnBehalfOf = Text(row, 12),
    };

    public static DateTimeOffset? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
