using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AgentKey.Postgres.Batches;

/// <summary>The statements of one round trip, in the order in which they are added.</summary>
internal sealed class BatchStatements(NpgsqlConnection connection, KeysTable table, BatchSql sql, bool isPrepared) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);

    public void Begin()
    {
        Add(BatchSql.Begin);
        Add(sql.SetLimits);
    }

    public void FindLocked(BatchRequest request) => Add(sql.FindLocked, Keys(request), Owners(request));

    public void RollBack() => Add(BatchSql.RollBack);

    public void Lock(BatchRequest request)
    {
        Add(sql.Load, Keys(request));
        Add(sql.LoadBudgets, Owners(request));
        if (request.Lookups.Count > 0)
        {
            Add(sql.LookUp, Operations(request.Lookups));
        }

        if (request.Holds.Count > 0)
        {
            Add(sql.LoadHolds, Operations(request.Holds));
        }

        Add(sql.Mark);
    }

    public void LoadExpired(IReadOnlyCollection<string> budgets, DateTimeOffset now) => Add(sql.LoadExpired, Array(NpgsqlDbType.Text, budgets), Instant(now));

    public void Save(BatchChanges changes)
    {
        AddKeys(changes.Keys);
        AddBudgets(changes.Budgets);
        if (changes.HoldsClosed.Count > 0)
        {
            Add(sql.CloseHolds, Holds(changes.HoldsClosed));
        }

        AddTaken(sql.TakeHoldsLocked, changes.HoldsTaken);
        if (changes.HoldsExtended.Count > 0)
        {
            Add(sql.ExtendHolds, ExpiringHolds(changes.HoldsExtended));
        }

        Append(sql.AppendLocked, changes);
    }

    /// <summary>Saves what was decided on remembered rows, or fails and saves nothing when one of them is not as it was remembered.</summary>
    public void SaveUnchanged(Recollection recalled, BatchRequest request, BatchChanges changes)
    {
        Add(
            sql.Recalled.Update,
            [
                .. Columns(changes.Keys),
                Array(NpgsqlDbType.Xid, changes.Keys.Select(key => recalled.Versions[key.KeyId])),
                Owners(request),
                Instant(recalled.State.Now), Instant(recalled.Until), Instant(recalled.ServerStart),
                new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = recalled.Columns },
            ]);
        AddTaken(sql.TakeHolds, changes.HoldsTaken);
        if (changes.HoldsClosed.Count > 0)
        {
            Add(sql.Recalled.CloseHolds, ExpiringHolds(changes.HoldsClosed));
        }

        Append(sql.Append, changes);
    }

    public void Commit() => Add(BatchSql.Commit);

    /// <summary>Executes statements whose results are wanted. What fails, fails when its result is reached.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        await _batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private Task PrepareAsync(CancellationToken cancellationToken) => isPrepared ? _batch.PrepareAsync(cancellationToken) : Task.CompletedTask;

    private void Append(string text, BatchChanges changes)
    {
        if (changes.Entries.Count > 0)
        {
            Add(text, Columns(changes.Entries));
        }

        AddEvents(changes.Events);
    }

    private void AddKeys(IReadOnlyList<KeyChange> keys)
    {
        // Without triggers a row is written also when nothing of it changes, so that its version is known. Beside them it is
        // not: a trigger may drop what changes nothing, and that would count as a dropped charge.
        var spending = table.FollowsVersions ? keys : [.. keys.Where(key => key.IsSpendingChanged)];
        if (spending.Count > 0)
        {
            Add(sql.Update, Columns(spending));
        }

        var states = keys.Where(key => key.State is not null).ToArray();
        if (states.Length > 0)
        {
            Add(
                sql.UpdateState,
                Array(NpgsqlDbType.Text, states.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Text, states.Select(key => key.State!.Window)),
                Array(NpgsqlDbType.Bigint, states.Select(key => key.State!.DrawnMicroCents)),
                Array(NpgsqlDbType.TimestampTz, states.Select(key => Utc(key.State!.RevokedAt))));
        }

        var hashes = keys.Where(key => key.KeyHash is not null).ToArray();
        if (hashes.Length > 0)
        {
            Add(sql.UpdateHashes, Array(NpgsqlDbType.Text, hashes.Select(key => key.KeyId)), Array(NpgsqlDbType.Text, hashes.Select(key => key.KeyHash)));
        }

        var caps = keys.Where(key => key.CapCents is not null).ToArray();
        if (caps.Length > 0)
        {
            Add(
                sql.UpdateCaps,
                Array(NpgsqlDbType.Text, caps.Select(key => key.KeyId)),
                Array(NpgsqlDbType.Bigint, caps.Select(key => table.RequireCap(key.CapCents))));
        }

        var released = keys.Where(key => key.IsSubjectReleased).ToArray();
        if (released.Length > 0)
        {
            Add(sql.ReleaseSubjects, Array(NpgsqlDbType.Text, released.Select(key => key.KeyId)));
        }
    }

    private void AddBudgets(IReadOnlyList<ExtraBudgetChange> budgets)
    {
        if (budgets.Count > 0)
        {
            Add(
                sql.UpdateBudgets,
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Owner)),
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Name)),
                Array(NpgsqlDbType.Bigint, budgets.Select(budget => budget.UsedMicroCents)),
                Array(NpgsqlDbType.TimestampTz, budgets.Select(budget => Utc(budget.StartedAt))),
                Array(NpgsqlDbType.TimestampTz, budgets.Select(budget => Utc(budget.EndsAt))),
                Array(NpgsqlDbType.Text, budgets.Select(budget => budget.Window)));
        }
    }

    private void AddEvents(IReadOnlyList<StoredEvent> events)
    {
        if (events.Count > 0)
        {
            Add(
                sql.Tell,
                Array(NpgsqlDbType.Text, events.Select(told => told.Id)),
                Array(NpgsqlDbType.Text, events.Select(told => told.Type)),
                Array(NpgsqlDbType.TimestampTz, events.Select(told => Utc(told.At))),
                Array(NpgsqlDbType.Text, events.Select(told => told.Data)),
                Array(NpgsqlDbType.Integer, events.Select(told => told.Count)),
                Array(NpgsqlDbType.Integer, events.Select(told => told.DueCount)));
        }
    }

    private void AddTaken(string text, IReadOnlyList<HoldSlice> slices)
    {
        if (slices.Count > 0)
        {
            Add(
                text,
                [
                    .. ExpiringHolds(slices),
                    Array(NpgsqlDbType.Bigint, slices.Select(slice => slice.AmountMicroCents)),
                    Array(NpgsqlDbType.TimestampTz, slices.Select(slice => Utc(slice.HeldAt))),
                ]);
        }
    }

    private NpgsqlParameter<string[]> Keys(BatchRequest request) => Array(NpgsqlDbType.Text, request.KeyIds.Where(table.IdType.Accepts));

    private static NpgsqlParameter<string[]> Owners(BatchRequest request) => Array(NpgsqlDbType.Text, request.BudgetOwners);

    private static NpgsqlParameter[] Columns(IReadOnlyList<KeyChange> keys) =>
    [
        Array(NpgsqlDbType.Text, keys.Select(key => key.KeyId)),
        Array(NpgsqlDbType.Bigint, keys.Select(key => key.UsedCents)),
        Array(NpgsqlDbType.Bigint, keys.Select(key => key.UsedMicroCents)),
        Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.PeriodEnd))),
        Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.StartedAt))),
        Array(NpgsqlDbType.TimestampTz, keys.Select(key => Utc(key.LastUsedAt))),
    ];

    private static NpgsqlParameter[] ExpiringHolds(IReadOnlyList<HoldSlice> slices) =>
        [.. Holds(slices), Array(NpgsqlDbType.TimestampTz, slices.Select(slice => Utc(slice.ExpiresAt)))];

    private static NpgsqlParameter[] Holds(IReadOnlyList<HoldSlice> slices) =>
    [
        Array(NpgsqlDbType.Text, slices.Select(slice => slice.Budget)),
        Array(NpgsqlDbType.Text, slices.Select(slice => slice.KeyId)),
        Array(NpgsqlDbType.Text, slices.Select(slice => slice.OperationId)),
    ];

    private static NpgsqlParameter[] Operations(IReadOnlyList<OperationRef> operations) =>
    [
        Array(NpgsqlDbType.Text, operations.Select(operation => operation.KeyId)),
        Array(NpgsqlDbType.Text, operations.Select(operation => operation.OperationId)),
    ];

    private static NpgsqlParameter[] Columns(IReadOnlyList<LedgerEntry> entries) =>
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

    private void Add(string text, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.AddRange(parameters);
        _batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<DateTime> Instant(DateTimeOffset instant) => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, TypedValue = instant.UtcDateTime };

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. values] };

    private static DateTime? Utc(DateTimeOffset? instant) => instant?.UtcDateTime;
}
