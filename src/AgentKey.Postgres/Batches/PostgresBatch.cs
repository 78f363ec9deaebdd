using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AgentKey.Postgres.Batches;

/// <summary>
/// One transaction in two round trips: lock, load and read the clock; then save and commit. Row locks are taken in id
/// order, so that no two batches can wait for each other.
/// </summary>
internal sealed class PostgresBatch(NpgsqlConnection connection, KeysTable table, BatchSql sql, bool isPrepared)
{
    public async Task RunAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken)
    {
        try
        {
            var state = await LoadAsync(request, cancellationToken).ConfigureAwait(false);
            await SaveAsync(decide(state), cancellationToken).ConfigureAwait(false);
        }
        catch when (connection.State == System.Data.ConnectionState.Open)
        {
            // Without this the pool would hand on a connection that still holds our locks. A broken one holds none.
            await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await rollback.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<BatchState> LoadAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, BatchSql.Begin);
        Add(batch, sql.SetLimits);
        Add(batch, sql.Load, Array(NpgsqlDbType.Text, request.KeyIds.Where(table.IdType.Accepts)));
        if (request.Lookups.Count > 0)
        {
            Add(
                batch, sql.LookUp,
                Array(NpgsqlDbType.Text, request.Lookups.Select(look => look.KeyId)), Array(NpgsqlDbType.Text, request.Lookups.Select(look => look.OperationId)));
        }

        Add(batch, BatchSql.Now);
        await PrepareAsync(batch, cancellationToken).ConfigureAwait(false);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var keys = await ReadAllAsync(reader, PostgresRows.ReadKey, cancellationToken).ConfigureAwait(false);
        var entries = request.Lookups.Count > 0 ? await ReadAllAsync(reader, PostgresRows.ReadEntry, cancellationToken).ConfigureAwait(false) : [];
        var now = await ReadAllAsync(reader, row => PostgresRows.Instant(row, 0)!.Value, cancellationToken).ConfigureAwait(false);
        return new BatchState { Now = now[0], Keys = keys, Entries = entries, LargestUsedCents = table.LargestUsedCents };
    }

    private async Task SaveAsync(BatchChanges changes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (changes.Keys.Count > 0)
        {
            Add(
                batch, sql.Update,
                Array(NpgsqlDbType.Text, changes.Keys.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Bigint, changes.Keys.Select(key => key.UsedCents)),
                Array(NpgsqlDbType.Bigint, changes.Keys.Select(key => key.UsedMicroCents)),
                Array(NpgsqlDbType.TimestampTz, changes.Keys.Select(key => Utc(key.ResetAt))),
                Array(NpgsqlDbType.TimestampTz, changes.Keys.Select(key => Utc(key.LastUsedAt))));
        }

        if (changes.Entries.Count > 0)
        {
            Add(batch, sql.Append, EntryColumns(changes.Entries));
        }

        Add(batch, BatchSql.Commit);
        await PrepareAsync(batch, cancellationToken).ConfigureAwait(false);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter[] EntryColumns(IReadOnlyList<LedgerEntry> entries) =>
    [
        Array(NpgsqlDbType.TimestampTz, entries.Select(entry => Utc(entry.At))),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.KeyId)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.OperationId)),
        Array(NpgsqlDbType.Smallint, entries.Select(entry => (short)entry.Kind)),
        Array(NpgsqlDbType.Bigint, entries.Select(entry => entry.AmountMicroCents)),
        Array(NpgsqlDbType.TimestampTz, entries.Select(entry => Utc(entry.PeriodEnd))),
        Array(NpgsqlDbType.Bigint, entries.Select(entry => entry.RemainingMicroCents)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.RefersTo)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.Scope)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.Tool)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.TraceId)),
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.OnBehalfOf)),
    ];

    private Task PrepareAsync(NpgsqlBatch batch, CancellationToken cancellationToken) =>
        isPrepared ? batch.PrepareAsync(cancellationToken) : Task.CompletedTask;

    private static void Add(NpgsqlBatch batch, string text, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.AddRange(parameters);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. values] };

    private static DateTime? Utc(DateTimeOffset? instant) => instant?.UtcDateTime;

    private static async Task<List<T>> ReadAllAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
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
