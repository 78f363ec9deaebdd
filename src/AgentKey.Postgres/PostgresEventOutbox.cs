using AgentKey.Postgres.Batches;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>The events table. Each method is one statement, and so one transaction.</summary>
internal sealed class PostgresEventOutbox(PostgresKeyStore store) : IEventOutbox
{
    public async Task<IReadOnlyList<ClaimedEvent>> ClaimAsync(int most, TimeSpan claim, CancellationToken cancellationToken) =>
        await store.WriteAsync(session => session.Events.Claim(most, claim), Read, cancellationToken).ConfigureAwait(false);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string type, int most, CancellationToken cancellationToken) =>
        store.ListAsync(session => session.Events.Read(type, most), ReadEvent, cancellationToken);

    public Task CompleteAsync(string eventId, CancellationToken cancellationToken) =>
        store.WriteAnyAsync(session => session.Events.Complete(eventId), cancellationToken);

    public Task PostponeAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken) =>
        store.WriteAnyAsync(session => session.Events.Postpone(eventId, delay), cancellationToken);

    public async Task<int> NoteExpiringAsync(TimeSpan within, CancellationToken cancellationToken) =>
        (await store.WriteAsync(session => session.Events.NoteExpiring(within), _ => true, cancellationToken).ConfigureAwait(false)).Count;

    public async Task<int> PruneAsync(TimeSpan age, CancellationToken cancellationToken) =>
        (await store.WriteAsync(session => session.Events.Prune(age), _ => true, cancellationToken).ConfigureAwait(false)).Count;

    private static ClaimedEvent Read(NpgsqlDataReader row) => new(ReadEvent(row), row.GetInt32(6));

    private static StoredEvent ReadEvent(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), PostgresRows.Instant(row, 2)!.Value, row.GetString(3), row.GetInt32(4), row.GetInt32(5));
}
