using System.Text.Json;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Reads keys by id on one kept connection whose statements stay prepared: every request that presents a key comes here. One read at a time.</summary>
internal sealed class SqliteKeyReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _keys;
    private readonly SqliteCommand _budgets;

    public SqliteKeyReader(SqliteConnection connection)
    {
        _connection = connection;
        _keys = connection.Keep($"SELECT {SqliteKeyRows.DetailColumns} FROM {SqliteSchema.Keys} WHERE id IN (SELECT value FROM json_each($ids))", "$ids");
        _budgets = connection.Keep(
            $"SELECT {SqliteKeyRows.BudgetColumns} FROM {SqliteSchema.Budgets} WHERE owner IN (SELECT value FROM json_each($owners)) ORDER BY owner, name", "$owners");
    }

    public IReadOnlyList<StoredKeyDetails> Read(IReadOnlyCollection<string> keyIds)
    {
        var keys = _keys.Query(
            transaction: null, SqliteKeyRows.ReadDetails, JsonSerializer.Serialize(keyIds.Select(SqliteKeyId.ToColumn), ColumnJson.Default.IEnumerableInt64));
        string[] owners = [.. keys.Select(key => "key:" + key.Key.Id)];
        var budgets = _budgets.Query(transaction: null, SqliteKeyRows.ReadBudget, JsonSerializer.Serialize(owners, ColumnJson.Default.IReadOnlyListString));
        return budgets.Count == 0
            ? keys
            : [.. keys.Select((key, i) => key with { Budgets = [.. budgets.Where(budget => budget.Owner == owners[i])] })];
    }

    public void Dispose()
    {
        _keys.Dispose();
        _budgets.Dispose();
        _connection.Dispose();
    }
}
