using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentKey.AspNetCore.Tests;

/// <summary>A folder with an embedded store of its own, which a test can take away and bring back.</summary>
internal sealed class KeyFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("agentkey-http-").FullName;

    private string Away => _path + ".away";

    public string File => Path.Combine(_path, "keys.db");

    public SqliteKeyStore OpenStore() => SqliteKeyStore.Open(File);

    public static Task<CreatedKey> MintAsync(AgentKeys keys) => MintAsync(keys, 100, "docs.read");

    public static Task<CreatedKey> MintAsync(AgentKeys keys, decimal cents, params string[] scopes) => keys.CreateAsync(
        new NewKey
        {
            AccountId = "acme",
            Scopes = ScopeSet.Of(scopes),
            Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once),
        },
        TestContext.Current.CancellationToken);

    /// <summary>Ends the key's life in the past, as time would.</summary>
    public void Expire(CreatedKey created)
    {
        using var connection = new SqliteConnection($"Data Source={File}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE sdk_api_keys SET expires_at = 1 WHERE id = $id";
        command.Parameters.AddWithValue("$id", created.Key.Id);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>Changes rows behind the library's back.</summary>
    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void DropTable()
    {
        using var connection = new SqliteConnection($"Data Source={File}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DROP TABLE sdk_api_keys";
        command.ExecuteNonQuery();
    }

    public void TakeAway()
    {
        Directory.Move(_path, Away);
        // Pooled connections still hold the moved file.
        SqliteConnection.ClearAllPools();
    }

    public void BringBack() => Directory.Move(Away, _path);

    public void Dispose()
    {
        foreach (var folder in new[] { _path, Away }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
