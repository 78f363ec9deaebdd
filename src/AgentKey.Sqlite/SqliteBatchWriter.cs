using System.Text.Json;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>The hot path: one kept connection whose statements stay prepared. One batch at a time.</summary>
internal sealed class SqliteBatchWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _load;
    private readonly SqliteCommand _lookUp;
    private readonly SqliteCommand _time;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _append;
    private readonly SqliteCommand _loadBudgets;
    private readonly SqliteCommand _loadHolds;
    private readonly SqliteCommand _loadExpired;
    private readonly SqliteCommand _updateState;
    private readonly SqliteCommand _updateHash;
    private readonly SqliteCommand _updateCap;
    private readonly SqliteCommand _releaseSubject;
    private readonly SqliteCommand _updateBudget;
    private readonly SqliteCommand _takeHold;
    private readonly SqliteCommand _extendHold;
    private readonly SqliteCommand _closeHold;
    private readonly SqliteCommand _tell;

    public SqliteBatchWriter(SqliteConnection connection)
    {
        _connection = connection;
        _load = connection.Keep($"SELECT {SqliteKeyRows.DecisionColumns} FROM {SqliteSchema.Keys} WHERE id IN (SELECT value FROM json_each($ids))", "$ids");
        _lookUp = connection.Keep(
            $"""
            SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger} WHERE key_id = $key_id AND operation_id = $operation_id
            UNION ALL
            SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger} WHERE key_id = $key_id AND refers_to = $operation_id AND kind <> 8
            """,
            "$key_id", "$operation_id");
        _time = connection.Keep($"SELECT {SqliteTime.Now}");
        _update = connection.Keep(
            $"""
            UPDATE {SqliteSchema.Keys}
            SET budget_used_cents = $cents, budget_used_micros = $micros, budget_used_until = $period_end,
                budget_reset_at = CASE WHEN budget_calendar IS NULL THEN $period_end END,
                budget_started_at = coalesce($started_at, budget_started_at), last_used_at = coalesce($last_used_at, last_used_at)
            WHERE id = $id
            """,
            "$cents", "$micros", "$period_end", "$started_at", "$last_used_at", "$id");
        _updateState = connection.Keep(
            $"UPDATE {SqliteSchema.Keys} SET budget_window = $window, budget_drawn_micros = $drawn, revoked_at = $revoked_at WHERE id = $id",
            "$window", "$drawn", "$revoked_at", "$id");
        _updateHash = connection.Keep($"UPDATE {SqliteSchema.Keys} SET key_hash = $key_hash WHERE id = $id", "$key_hash", "$id");
        _updateCap = connection.Keep($"UPDATE {SqliteSchema.Keys} SET budget_cents = $cents WHERE id = $id", "$cents", "$id");
        _releaseSubject = connection.Keep($"UPDATE {SqliteSchema.Keys} SET external_subject = NULL WHERE id = $id", "$id");
        _loadBudgets = connection.Keep(SqliteBudgetStatements.OfOwners, "$owners");
        _updateBudget = connection.Keep(
            $"UPDATE {SqliteSchema.Budgets} SET used_micros = $micros, started_at = $started_at, ends_at = $ends_at, used_window = $window WHERE owner = $owner AND name = $name",
            "$micros", "$started_at", "$ends_at", "$window", "$owner", "$name");
        _loadHolds = connection.Keep(
            $"SELECT {SqliteKeyRows.HoldColumns} FROM {SqliteSchema.Holds} WHERE key_id = $key_id AND operation_id = $operation_id", "$key_id", "$operation_id");
        _loadExpired = connection.Keep(
            $"SELECT {SqliteKeyRows.HoldColumns} FROM {SqliteSchema.Holds} WHERE budget = $budget AND expires_at <= $now", "$budget", "$now");
        _takeHold = connection.Keep(
            $"INSERT INTO {SqliteSchema.Holds} ({SqliteKeyRows.HoldColumns}) VALUES ($budget, $key_id, $operation_id, $amount, $held_at, $expires_at)",
            "$budget", "$key_id", "$operation_id", "$amount", "$held_at", "$expires_at");
        _extendHold = connection.Keep(
            $"UPDATE {SqliteSchema.Holds} SET expires_at = $expires_at WHERE key_id = $key_id AND operation_id = $operation_id AND budget = $budget",
            "$expires_at", "$key_id", "$operation_id", "$budget");
        _closeHold = connection.Keep(
            $"DELETE FROM {SqliteSchema.Holds} WHERE key_id = $key_id AND operation_id = $operation_id AND budget = $budget",
            "$key_id", "$operation_id", "$budget");
        _tell = connection.Keep(SqliteEventOutbox.Append, "$id", "$type", "$at", "$data", "$count", "$due_count");
        _append = connection.Keep(
            $"""
            INSERT INTO {SqliteSchema.Ledger} (at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of,
                budget, balance_micros, expires_at)
            VALUES ($at, $key_id, $operation_id, $kind, $amount, $period_end, $remaining, $refers_to, $scope, $tool, $trace_id, $on_behalf_of,
                $budget, $balance, $expires_at)
            """,
            "$at", "$key_id", "$operation_id", "$kind", "$amount", "$period_end", "$remaining", "$refers_to", "$scope", "$tool", "$trace_id", "$on_behalf_of",
            "$budget", "$balance", "$expires_at");
    }

    public void Run(BatchRequest request, Func<BatchState, BatchChanges> decide)
    {
        // An immediate transaction holds the file's only write lock, so every row is locked before the time is read.
        using var transaction = _connection.BeginTransaction(deferred: false);
        var state = Load(request, transaction);
        var changes = decide(state);
        while (changes.NeedsExpiredOf.Count > 0)
        {
            state = LoadExpired(state, changes.NeedsExpiredOf, transaction);
            changes = decide(state);
        }

        SaveKeys(changes, transaction);
        SaveHolds(changes, transaction);
        foreach (var entry in changes.Entries)
        {
            _append.Execute(
                transaction, SqliteTime.ToColumn(entry.At), SqliteKeyId.ToColumn(entry.KeyId), entry.OperationId, (int)entry.Kind,
                entry.AmountMicroCents, SqliteTime.ToColumn(entry.PeriodEnd), entry.RemainingMicroCents, entry.RefersTo, entry.Scope,
                entry.Tool, entry.TraceId, entry.OnBehalfOf, entry.Budget, entry.BalanceMicroCents, SqliteTime.ToColumn(entry.ExpiresAt));
        }

        foreach (var told in changes.Events)
        {
            _tell.Execute(transaction, told.Id, told.Type, SqliteTime.ToColumn(told.At), told.Data, told.Count, told.DueCount);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        SqliteCommand[] commands =
        [
            _load, _lookUp, _time, _update, _append, _loadBudgets, _loadHolds, _loadExpired, _updateState, _updateHash, _updateCap, _releaseSubject, _updateBudget, _takeHold, _extendHold, _closeHold, _tell,
        ];
        foreach (var command in commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private BatchState Load(BatchRequest request, SqliteTransaction transaction) => new()
    {
        Keys = _load.Query(transaction, SqliteKeyRows.ReadKey, JsonSerializer.Serialize(request.KeyIds.Select(SqliteKeyId.ToColumn), ColumnJson.Default.IEnumerableInt64)),
        Budgets = _loadBudgets.Query(transaction, SqliteKeyRows.ReadBudget, JsonSerializer.Serialize(request.BudgetOwners, ColumnJson.Default.IReadOnlyListString)),
        Entries = [.. request.Lookups.SelectMany(look => _lookUp.Query(
            transaction, SqliteKeyRows.ReadEntry, SqliteKeyId.ToColumn(look.KeyId), look.OperationId))],
        Holds = [.. request.Holds.SelectMany(hold => _loadHolds.Query(
            transaction, SqliteKeyRows.ReadHold, SqliteKeyId.ToColumn(hold.KeyId), hold.OperationId))],
        Now = _time.Query(transaction, row => SqliteTime.Read(row, 0))[0],
        LargestUsedCents = long.MaxValue / Money.Cost.MicroCentsPerCent,
    };

    private BatchState LoadExpired(BatchState state, IReadOnlyCollection<string> budgets, SqliteTransaction transaction) => state with
    {
        ExpiredOf = state.ExpiredOf.Concat(budgets).ToHashSet(StringComparer.Ordinal),
        Expired =
        [
            .. state.Expired,
            .. budgets.SelectMany(budget => _loadExpired.Query(transaction, SqliteKeyRows.ReadHold, budget, SqliteTime.ToColumn(state.Now))),
        ],
    };

    private void SaveKeys(BatchChanges changes, SqliteTransaction transaction)
    {
        foreach (var key in changes.Keys)
        {
            var id = SqliteKeyId.ToColumn(key.KeyId);
            _update.Execute(
                transaction, key.UsedCents, key.UsedMicroCents, SqliteTime.ToColumn(key.PeriodEnd), SqliteTime.ToColumn(key.StartedAt),
                SqliteTime.ToColumn(key.LastUsedAt), id);
            if (key.State is { } state)
            {
                _updateState.Execute(transaction, state.Window, state.DrawnMicroCents, SqliteTime.ToColumn(state.RevokedAt), id);
            }

            if (key.KeyHash is not null)
            {
                _updateHash.Execute(transaction, key.KeyHash, id);
            }

            if (key.CapCents is not null)
            {
                _updateCap.Execute(transaction, key.CapCents, id);
            }

            if (key.IsSubjectReleased)
            {
                _releaseSubject.Execute(transaction, id);
            }
        }

        foreach (var budget in changes.Budgets)
        {
            _updateBudget.Execute(
                transaction, budget.UsedMicroCents, SqliteTime.ToColumn(budget.StartedAt), SqliteTime.ToColumn(budget.EndsAt),
                budget.Window, budget.Owner, budget.Name);
        }
    }

    private void SaveHolds(BatchChanges changes, SqliteTransaction transaction)
    {
        foreach (var slice in changes.HoldsClosed)
        {
            _closeHold.Execute(transaction, SqliteKeyId.ToColumn(slice.KeyId), slice.OperationId, slice.Budget);
        }

        foreach (var slice in changes.HoldsTaken)
        {
            _takeHold.Execute(
                transaction, slice.Budget, SqliteKeyId.ToColumn(slice.KeyId), slice.OperationId, slice.AmountMicroCents,
                SqliteTime.ToColumn(slice.HeldAt), SqliteTime.ToColumn(slice.ExpiresAt));
        }

        foreach (var slice in changes.HoldsExtended)
        {
            _extendHold.Execute(transaction, SqliteTime.ToColumn(slice.ExpiresAt), SqliteKeyId.ToColumn(slice.KeyId), slice.OperationId, slice.Budget);
        }
    }
}
