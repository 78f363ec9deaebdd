using System.Text.Json;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>
/// What every request that presents a key asks, on one kept connection whose statements stay prepared. One question at a
/// time. A key that is not there takes as long to find as one that is.
/// </summary>
internal sealed class SqliteKeyReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _chainOfId;
    private readonly SqliteCommand _chainOfHash;
    private readonly SqliteCommand _chainOfSubject;
    private readonly SqliteCommand _keys;
    private readonly SqliteCommand _budgets;

    public SqliteKeyReader(SqliteConnection connection)
    {
        _connection = connection;
        _chainOfId = connection.Keep(ChainWhere("id = $value"), "$value");
        _chainOfHash = connection.Keep(
            ChainWhere("(key_hash IN (SELECT value FROM json_each($value)) OR previous_key_hash IN (SELECT value FROM json_each($value)))"), "$value");
        _chainOfSubject = connection.Keep(ChainWhere("external_subject = $value"), "$value");
        _keys = connection.Keep($"SELECT {SqliteKeyRows.DetailColumns} FROM {SqliteSchema.Keys} WHERE id IN (SELECT value FROM json_each($ids))", "$ids");
        _budgets = connection.Keep(SqliteBudgetStatements.OfOwners, "$owners");
    }

    public KeyChain? FindChain(KeyLookup lookup)
    {
        var (command, value) = lookup switch
        {
            { KeyId: { } id } => (_chainOfId, (object?)SqliteKeyId.ToColumn(id)),
            { Hash: not null } => (_chainOfHash, JsonSerializer.Serialize(lookup.StoredHashes, ColumnJson.Default.IEnumerableString)),
            _ => (_chainOfSubject, lookup.Subject),
        };
        var rows = command.Query(transaction: null, ReadLink, value);
        return KeyChain.Of([.. rows.Select(row => row.Link)], rows.LastOrDefault().Account);
    }

    public IReadOnlyList<StoredKeyDetails> FindAll(IReadOnlyCollection<string> keyIds)
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
        SqliteCommand[] commands = [_chainOfId, _chainOfHash, _chainOfSubject, _keys, _budgets];
        foreach (var command in commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static string ChainWhere(string condition) => $"""
        WITH RECURSIVE chain AS (
            SELECT id, parent_id, account_id, 1 AS length FROM {SqliteSchema.Keys} WHERE {condition}
            UNION ALL
            SELECT p.id, p.parent_id, p.account_id, c.length + 1 FROM chain c JOIN {SqliteSchema.Keys} p ON p.id = c.parent_id WHERE c.length < {KeyChain.MaxLength})
        SELECT id, parent_id, account_id FROM chain ORDER BY length
        """;

    private static ((string Id, string? ParentId) Link, string? Account) ReadLink(SqliteDataReader row) => (
        (SqliteKeyId.ToText(row.GetInt64(0)), SqliteKeyRows.ReadNumber(row, 1) is { } parent ? SqliteKeyId.ToText(parent) : null),
        SqliteKeyRows.ReadText(row, 2));
}
