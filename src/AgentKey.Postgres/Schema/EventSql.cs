using AgentKey.Events;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>The statements that hand out and settle events, for one table.</summary>
internal sealed class EventSql(KeysTable table)
{
    private readonly string _events = table.Events.Sql;
    private readonly KeyColumns _names = table.Columns;

    /// <summary>Events that another process is claiming right now are passed over, not waited for.</summary>
    public NpgsqlCommand Claim(int most, TimeSpan claim) => Command(
        $"""
        WITH claimed AS (
            UPDATE {_events} SET attempts = attempts + 1, due_at = clock_timestamp() + $2
            WHERE id IN (
                SELECT id FROM {_events} WHERE delivered_at IS NULL AND due_at <= clock_timestamp() AND count >= due_count
                ORDER BY at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING id, type, at, data, count, due_count, attempts)
        SELECT * FROM claimed ORDER BY at, id
        """,
        Parameter(NpgsqlDbType.Integer, most), Parameter(NpgsqlDbType.Interval, claim));

    public NpgsqlCommand Read(string type, int most) => Command(
        $"SELECT id, type, at, data, count, due_count FROM {_events} WHERE type = $1 ORDER BY at DESC, id LIMIT $2",
        Text(type), Parameter(NpgsqlDbType.Integer, most));

    public NpgsqlCommand Complete(string eventId) =>
        Command($"UPDATE {_events} SET delivered_at = clock_timestamp() WHERE id = $1 RETURNING id", Text(eventId));

    public NpgsqlCommand Postpone(string eventId, TimeSpan delay) => Command(
        $"UPDATE {_events} SET due_at = clock_timestamp() + $2 WHERE id = $1 RETURNING id", Text(eventId), Parameter(NpgsqlDbType.Interval, delay));

    public NpgsqlCommand NoteExpiring(TimeSpan within) => Command(
        $"""
        INSERT INTO {_events} (id, type, at, data, count, due_count, due_at)
        SELECT '{EventTypes.KeyExpiring}/' || {_names.Id} || '/' || extract(epoch FROM {_names.ExpiresAt}), '{EventTypes.KeyExpiring}', clock_timestamp(),
            jsonb_build_object('keyId', {_names.Id}::text, 'accountId', {_names.AccountId}::text,
                'expiresAt', to_char({_names.ExpiresAt} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::text, 1, 1, clock_timestamp()
        FROM {table.Name.Sql}
        WHERE {_names.RevokedAt} IS NULL AND {_names.ExpiresAt} > clock_timestamp() AND {_names.ExpiresAt} <= clock_timestamp() + $1
        ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        Parameter(NpgsqlDbType.Interval, within));

    public NpgsqlCommand Prune(TimeSpan age) => Command(
        $"DELETE FROM {_events} WHERE at < clock_timestamp() - $1 AND (delivered_at IS NOT NULL OR count < due_count) RETURNING id",
        Parameter(NpgsqlDbType.Interval, age));
}
