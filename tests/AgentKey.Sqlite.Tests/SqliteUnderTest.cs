using AgentKey.Storage;
using AgentKey.StoreContract;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite.Tests;

/// <summary>A fresh SQLite file.</summary>
public class SqliteUnderTest : StoreUnderTest
{
    private const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey sqlite ü-");

    public override string Address => $"sqlite:{File}";

    private string File => Path.Combine(_folder.FullName, "keys.db");

    public override Task CreateAsync() => Task.CompletedTask;

    public override IKeyStore Open() => SqliteKeyStore.Open(File, new SqliteKeyStoreOptions { BusyTimeout = TimeSpan.FromSeconds(60) });

    public override string Instant(TimeSpan fromNow) => $"{Now} + {(long)fromNow.TotalMilliseconds}";

    public override string OddInstant(bool isLate) => isLate ? "9223372036854775807" : "-9223372036854775807";

    public override IReadOnlyList<string> OddScopes { get; } = ["not json", "[null]", "null", "[1]", "{}", "[\"docs.read\", null]"];

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    public override async Task<long> ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() is long value ? value : 0;
    }
}

/// <summary>The same file, worked on by two instances of the library.</summary>
public sealed class TwoOnSqlite : SqliteUnderTest
{
    public override int Instances => 2;
}
