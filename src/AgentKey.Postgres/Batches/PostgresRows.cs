using AgentKey.Scopes;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Batches;

/// <summary>Rows of the keys table and of the ledger, column by column.</summary>
internal static class PostgresRows
{
    public static StoredKey ReadKey(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        KeyHash = row.GetString(1),
        Scopes = ScopeSet.FromStored(row.IsDBNull(2) ? null : row.GetFieldValue<string?[]>(2)),
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
            Calendar = Text(row, 12),
            StartedAt = Instant(row, 13),
            Window = Text(row, 14),
            RaiseMicroCents = Number(row, 15) ?? 0,
            RaiseUntil = Instant(row, 16),
        },
        AccountId = Text(row, 17),
        ParentId = Text(row, 18),
        IsCarved = !row.IsDBNull(19) && row.GetBoolean(19),
        DrawnMicroCents = Number(row, 20) ?? 0,
        PreviousKeyHash = Text(row, 21),
        PreviousKeyUntil = Instant(row, 22),
        ExternalSubject = Text(row, 23),
    };

    /// <summary>A row with its details, and what its open and expired holds have of its own budget.</summary>
    public static StoredKeyDetails ReadDetails(NpgsqlDataReader row) => new()
    {
        Key = ReadKey(row),
        ReadAt = Instant(row, 24)!.Value,
        Name = row.GetString(25),
        KeyPrefix = row.GetString(26),
        CreatedAt = Instant(row, 27) ?? DateTimeOffset.UnixEpoch,
        LastUsedAt = Instant(row, 28),
        DelegatedBy = Text(row, 29),
        UserId = Text(row, 30),
        HeldMicroCents = row.GetInt64(31),
        ExpiredMicroCents = row.GetInt64(32),
    };

    /// <summary>A row that was read without a lock, and what its transaction may say of it.</summary>
    public static (StoredKeyDetails Row, BatchMark Mark) ReadMarkedDetails(NpgsqlDataReader row)
    {
        var details = ReadDetails(row);
        return (details, new BatchMark(details.ReadAt, Version(row, 33), Instant(row, 34)!.Value, Number(row, 35)));
    }

    public static StoredExtraBudget ReadBudget(NpgsqlDataReader row) => new()
    {
        Owner = row.GetString(0),
        Name = row.GetString(1),
        CapMicroCents = row.GetInt64(2),
        Period = row.GetString(3),
        AnchorAt = Instant(row, 4),
        StartedAt = Instant(row, 5)!.Value,
        EndsAt = Instant(row, 6),
        UsedMicroCents = row.GetInt64(7),
        Window = Text(row, 8),
        RaiseMicroCents = row.GetInt64(9),
        RaiseUntil = Instant(row, 10),
    };

    public static HoldSlice ReadHold(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), Instant(row, 4)!.Value, Instant(row, 5)!.Value);

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
        Budget = Text(row, 13),
        BalanceMicroCents = Number(row, 14),
        ExpiresAt = Instant(row, 15),
    };

    public static BatchMark ReadMark(NpgsqlDataReader row) => new(Instant(row, 0)!.Value, (uint)(Number(row, 1) ?? 0), Instant(row, 2)!.Value, Number(row, 3));

    /// <summary>A row's version; 0 when versions are not followed.</summary>
    public static uint Version(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetFieldValue<uint>(column);

    public static DateTimeOffset? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetDateTime(column));

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>All rows of the present result; the reader stands at the next result afterwards.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }
}
