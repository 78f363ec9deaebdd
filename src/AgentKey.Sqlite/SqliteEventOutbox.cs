using AgentKey.Events;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The events table. Each method is one statement, and so one transaction.</summary>
internal sealed class SqliteEventOutbox(SqliteKeyStore store) : IEventOutbox
{
    /// <summary>Puts an event in; one whose id is there already adds its count.</summary>
    public const string Append = $"""
        INSERT INTO {SqliteSchema.Events} (id, type, at, data, count, due_count, due_at) VALUES ($id, $type, $at, $data, $count, $due_count, $at)
        ON CONFLICT (id) DO UPDATE SET count = count + excluded.count
        """;

    public Task<IReadOnlyList<ClaimedEvent>> ClaimAsync(int most, TimeSpan claim, CancellationToken cancellationToken) =>
        store.UseAsync<IReadOnlyList<ClaimedEvent>>(
            connection => [.. connection.Query(
                $"""
                UPDATE {SqliteSchema.Events} SET attempts = attempts + 1, due_at = {SqliteTime.Now} + $claim
                WHERE id IN (
                    SELECT id FROM {SqliteSchema.Events}
                    WHERE delivered_at IS NULL AND due_at <= {SqliteTime.Now} AND count >= due_count ORDER BY at, id LIMIT $most)
                RETURNING id, type, at, data, count, due_count, attempts
                """,
                Read,
                ("$claim", Milliseconds(claim)),
                ("$most", most)).OrderBy(claimed => claimed.Event.At).ThenBy(claimed => claimed.Event.Id, StringComparer.Ordinal)],
            cancellationToken);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string type, int most, CancellationToken cancellationToken) =>
        store.UseAsync<IReadOnlyList<StoredEvent>>(
            connection => connection.Query(
                $"SELECT id, type, at, data, count, due_count FROM {SqliteSchema.Events} WHERE type = $type ORDER BY at DESC, id LIMIT $most",
                ReadEvent,
                ("$type", type),
                ("$most", most)),
            cancellationToken);

    public Task CompleteAsync(string eventId, CancellationToken cancellationToken) => store.UseAsync(
        connection => connection.Change($"UPDATE {SqliteSchema.Events} SET delivered_at = {SqliteTime.Now} WHERE id = $id", ("$id", eventId)),
        cancellationToken);

    public Task PostponeAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken) => store.UseAsync(
        connection => connection.Change(
            $"UPDATE {SqliteSchema.Events} SET due_at = {SqliteTime.Now} + $delay WHERE id = $id", ("$delay", Milliseconds(delay)), ("$id", eventId)),
        cancellationToken);

    public Task<int> NoteExpiringAsync(TimeSpan within, CancellationToken cancellationToken) => store.UseAsync(
        connection => connection.Change(
            $"""
            INSERT INTO {SqliteSchema.Events} (id, type, at, data, count, due_count, due_at)
            SELECT '{EventTypes.KeyExpiring}/' || id || '/' || expires_at, '{EventTypes.KeyExpiring}', {SqliteTime.Now},
                json_object('keyId', CAST(id AS TEXT), 'accountId', account_id, 'expiresAt', strftime('%Y-%m-%dT%H:%M:%SZ', expires_at / 1000, 'unixepoch')),
                1, 1, {SqliteTime.Now}
            FROM {SqliteSchema.Keys}
            WHERE revoked_at IS NULL AND expires_at > {SqliteTime.Now} AND expires_at <= {SqliteTime.Now} + $within
            ON CONFLICT (id) DO NOTHING
            """,
            ("$within", Milliseconds(within))),
        cancellationToken);

    public Task<int> PruneAsync(TimeSpan age, CancellationToken cancellationToken) => store.UseAsync(
        connection => connection.Change(
            $"DELETE FROM {SqliteSchema.Events} WHERE at < {SqliteTime.Now} - $age AND (delivered_at IS NOT NULL OR count < due_count)",
            ("$age", Milliseconds(age))),
        cancellationToken);

    private static ClaimedEvent Read(SqliteDataReader row) => new(ReadEvent(row), row.GetInt32(6));

    private static StoredEvent ReadEvent(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), SqliteTime.Read(row, 2), row.GetString(3), row.GetInt32(4), row.GetInt32(5));

    private static long Milliseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;
}
