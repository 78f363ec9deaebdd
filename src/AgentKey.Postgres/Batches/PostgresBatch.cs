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
            var changes = decide(state);
            while (changes.NeedsExpiredOf.Count > 0)
            {
                state = await LoadExpiredAsync(state, changes.NeedsExpiredOf, cancellationToken).ConfigureAwait(false);
                changes = decide(state);
            }

            await SaveAsync(changes, cancellationToken).ConfigureAwait(false);
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
        Add(batch, sql.LoadBudgets, Array(NpgsqlDbType.Text, request.BudgetOwners));
        if (request.Lookups.Count > 0)
        {
            Add(batch, sql.LookUp, Operations(request.Lookups));
        }

        if (request.Holds.Count > 0)
        {
            Add(batch, sql.LoadHolds, Operations(request.Holds));
        }

        Add(batch, BatchSql.Now);
        await PrepareAsync(batch, cancellationToken).ConfigureAwait(false);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var keys = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadKey, cancellationToken).ConfigureAwait(false);
        var budgets = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadBudget, cancellationToken).ConfigureAwait(false);
        var entries = request.Lookups.Count > 0 ? await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadEntry, cancellationToken).ConfigureAwait(false) : [];
        var holds = request.Holds.Count > 0 ? await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadHold, cancellationToken).ConfigureAwait(false) : [];
        var now = await PostgresRows.ReadAllAsync(reader, row => PostgresRows.Instant(row, 0)!.Value, cancellationToken).ConfigureAwait(false);
        return new BatchState
        {
            Now = now[0],
            Keys = keys,
            Budgets = budgets,
            Entries = entries,
            Holds = holds,
            LargestUsedCents = table.LargestUsedCents,
        };
    }

    private async Task<BatchState> LoadExpiredAsync(BatchState state, IReadOnlyCollection<string> budgets, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, sql.LoadExpired, Array(NpgsqlDbType.Text, budgets), new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = state.Now.UtcDateTime });
        await PrepareAsync(batch, cancellationToken).ConfigureAwait(false);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var expired = await PostgresRows.ReadAllAsync(reader, PostgresRows.ReadHold, cancellationToken).ConfigureAwait(false);
        return state with { ExpiredOf = state.ExpiredOf.Concat(budgets).ToHashSet(StringComparer.Ordinal), Expired = [.. state.Expired, .. expired] };
    }

    private async Task SaveAsync(BatchChanges changes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddKeys(batch, changes.Keys);
        AddBudgets(batch, changes.Budgets);
        AddHolds(batch, changes);
        if (changes.Entries.Count > 0)
        {
            Add(batch, sql.Append, EntryColumns(changes.Entries));
        }

        AddEvents(batch, changes.Events);

        Add(batch, BatchSql.Commit);
        await PrepareAsync(batch, cancellationToken).ConfigureAwait(false);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private void AddKeys(NpgsqlBatch batch, IReadOnlyList<KeyChange> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                batch, sql.Update,
                Array(NpgsqlDbType.Text, keys.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Bigint, keys.Select(key => key.UsedCents)),
                Array(NpgsqlDbType.Bigint, keys.Select(key => key.UsedMicroCents)),
                Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.PeriodEnd))),
                Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.StartedAt))),
                Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.LastUsedAt))));
        }

        var states = keys.Where(key => key.State is not null).ToArray();
        if (states.Length > 0)
        {
            Add(
                batch, sql.UpdateState,
                Array(NpgsqlDbType.Text, states.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Text, states.Select(key => key.State!.Window)),
                Array(NpgsqlDbType.Bigint, states.Select(key => key.State!.DrawnMicroCents)),
                Array(NpgsqlDbType.TimestampTz, states.Select(key => Utc(key.State!.RevokedAt))));
        }

        var hashes = keys.Where(key => key.KeyHash is not null).ToArray();
        if (hashes.Length > 0)
        {
            Add(batch, sql.UpdateHashes, Array(NpgsqlDbType.Text, hashes.Select(key => key.KeyId)), Array(NpgsqlDbType.Text, hashes.Select(key => key.KeyHash)));
        }

        var caps = keys.Where(key => key.CapCents is not null).ToArray();
        if (caps.Length > 0)
        {
            Add(
                batch, sql.UpdateCaps,
                Array(NpgsqlDbType.Text, caps.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Bigint, caps.Select(key => table.RequireCap(key.CapCents))));
        }
    }

    private void AddBudgets(NpgsqlBatch batch, IReadOnlyList<ExtraBudgetChange> budgets)
    {
        if (budgets.Count > 0)
        {
            Add(
                batch, sql.UpdateBudgets,
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Owner)),
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Name)),
                Array(NpgsqlDbType.Bigint, budgets.Select(budget => budget.UsedMicroCents)),
                Array(NpgsqlDbType.TimestampTz, budgets.Select(budget => Utc(budget.StartedAt))),
                Array(NpgsqlDbType.TimestampTz, budgets.Select(budget => Utc(budget.EndsAt))),
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Window)));
        }
    }

    private void AddEvents(NpgsqlBatch batch, IReadOnlyList<StoredEvent> events)
    {
        if (events.Count > 0)
        {
            Add(
                batch, sql.Tell,
                Array(NpgsqlDbType.Text, events.Select(told => told.Id)),
                Array(NpgsqlDbType.Text, events.Select(told => told.Type)),
                Array(NpgsqlDbType.TimestampTz, events.Select(told => Utc(told.At))),
                Array(NpgsqlDbType.Text, events.Select(told => told.Data)),
                Array(NpgsqlDbType.Integer, events.Select(told => told.Count)),
                Array(NpgsqlDbType.Integer, events.Select(told => told.DueCount)));
        }
    }

    private void AddHolds(NpgsqlBatch batch, BatchChanges changes)
    {
        if (changes.HoldsSaved.Count > 0)
        {
            Add(
                batch, sql.SaveHolds,
                Array(NpgsqlDbType.Text, changes.HoldsSaved.Select(slice => slice.Budget)),
                Array(NpgsqlDbType.Text, changes.HoldsSaved.Select(slice => slice.KeyId)),
                Array(NpgsqlDbType.Text, changes.HoldsSaved.Select(slice => slice.OperationId)),
                Array(NpgsqlDbType.Bigint, changes.HoldsSaved.Select(slice => slice.AmountMicroCents)),
                Array(NpgsqlDbType.TimestampTz, changes.HoldsSaved.Select(slice => Utc(slice.HeldAt))),
                Array(NpgsqlDbType.TimestampTz, changes.HoldsSaved.Select(slice => Utc(slice.ExpiresAt))));
        }

        if (changes.HoldsClosed.Count > 0)
        {
            Add(
                batch, sql.CloseHolds,
                Array(NpgsqlDbType.Text, changes.HoldsClosed.Select(slice => slice.Budget)),
                Array(NpgsqlDbType.Text, changes.HoldsClosed.Select(slice => slice.KeyId)),
                Array(NpgsqlDbType.Text, changes.HoldsClosed.Select(slice => slice.OperationId)));
        }
    }

    private static NpgsqlParameter[] Operations(IReadOnlyList<OperationRef> operations) =>
    [
        Array(NpgsqlDbType.Text, operations.Select(operation => operation.KeyId)),
        Array(NpgsqlDbType.Text, operations.Select(operation => operation.OperationId)),
    ];

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
        Array(NpgsqlDbType.Text, entries.Select(entry => entry.Budget)),
        Array(NpgsqlDbType.Bigint, entries.Select(entry => entry.BalanceMicroCents)),
        Array(NpgsqlDbType.TimestampTz, entries.Select(entry => Utc(entry.ExpiresAt))),
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
}
