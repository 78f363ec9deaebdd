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

    public SqliteBatchWriter(SqliteConnection connection)
    {
        _connection = connection;
        _load = Command($"SELECT {SqliteKeyRows.DecisionColumns} FROM {SqliteSchema.Keys} WHERE id IN (SELECT value FROM json_each($ids))", "$ids");
        _lookUp = Command(
            $"SELECT {SqliteKeyRows.EntryColumns} FROM {SqliteSchema.Ledger} WHERE key_id = $key_id AND (operation_id = $operation_id OR refers_to = $operation_id)",
            "$key_id", "$operation_id");
        _time = Command($"SELECT {SqliteTime.Now}");
        _update = Command(
            $"""
            UPDATE {SqliteSchema.Keys}
            SET budget_used_cents = $cents, budget_used_micros = $micros, budget_reset_at = $reset_at, budget_used_until = $reset_at,
                last_used_at = coalesce($last_used_at, last_used_at)
            WHERE id = $id
            """,
            "$cents", "$micros", "$reset_at", "$last_used_at", "$id");
        _append = Command(
            $"""
            INSERT INTO {SqliteSchema.Ledger} (at, key_id, operation_id, kind, amount_micros, period_end, remaining_micros, refers_to, scope, tool, trace_id, on_behalf_of)
            VALUES ($at, $key_id, $operation_id, $kind, $amount, $period_end, $remaining, $refers_to, $scope, $tool, $trace_id, $on_behalf_of)
            """,
            "$at", "$key_id", "$operation_id", "$kind", "$amount", "$period_end", "$remaining", "$refers_to", "$scope", "$tool", "$trace_id", "$on_behalf_of");
    }

    public void Run(BatchRequest request, Func<BatchState, BatchChanges> decide)
    {
        // An immediate transaction holds the file's only write lock, so every row is locked before the time is read.
        using var transaction = _connection.BeginTransaction(deferred: false);
        var changes = decide(Load(request, transaction));
        foreach (var change in changes.Keys)
        {
            Execute(
                _update, transaction, change.UsedCents, change.UsedMicroCents, SqliteTime.ToColumn(change.ResetAt),
                SqliteTime.ToColumn(change.LastUsedAt), SqliteKeyId.ToColumn(change.KeyId));
        }

        foreach (var entry in changes.Entries)
        {
            Execute(
                _append, transaction, SqliteTime.ToColumn(entry.At), SqliteKeyId.ToColumn(entry.KeyId), entry.OperationId, (int)entry.Kind,
                entry.AmountMicroCents, SqliteTime.ToColumn(entry.PeriodEnd), entry.RemainingMicroCents, entry.RefersTo, entry.Scope,
                entry.Tool, entry.TraceId, entry.OnBehalfOf);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        foreach (var command in new[] { _load, _lookUp, _time, _update, _append })
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private BatchState Load(BatchRequest request, SqliteTransaction transaction)
    {
        var ids = JsonSerializer.Serialize(request.KeyIds.Select(SqliteKeyId.ToColumn));
        return new BatchState
        {
            Keys = Query(_load, transaction, SqliteKeyRows.ReadKey, ids),
            Entries = [.. request.Lookups.SelectMany(look => Query(
                _lookUp, transaction, SqliteKeyRows.ReadEntry, SqliteKeyId.ToColumn(look.KeyId), look.OperationId))],
            Now = Query(_time, transaction, row => SqliteTime.Read(row, 0))[0],
            LargestUsedCents = long.MaxValue / Money.Cost.MicroCentsPerCent,
        };
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.AddWithValue(name, DBNull.Value);
        }

        return command;
    }

    private static List<T> Query<T>(SqliteCommand command, SqliteTransaction transaction, Func<SqliteDataReader, T> read, params object?[] values)
    {
        Bind(command, transaction, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static void Execute(SqliteCommand command, SqliteTransaction transaction, params object?[] values)
    {
        Bind(command, transaction, values);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, SqliteTransaction transaction, object?[] values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
