using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;
using AgentKey.TestSupport;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentKey.Serve.Tests;

/// <summary>A database of one kind that a test can take away and bring back.</summary>
internal abstract class Database : IAsyncDisposable
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>The database as <c>AGENTKEY_STORE</c> names it.</summary>
    public abstract string Address { get; }

    public static async Task<Database> CreateAsync(string kind) => kind == Sqlite
        ? new SqliteDatabase()
        : new PostgresDatabase(await (await PostgresServer.GetAsync()).CreateDatabaseAsync(), null);

    /// <summary>A database on a server that nobody else uses, so that it can go away.</summary>
    public static async Task<Database> CreateOwnAsync(string kind)
    {
        if (kind == Sqlite)
        {
            return await CreateAsync(kind);
        }

        var cluster = PrivateCluster.TryStart();
        Assert.SkipWhen(cluster is null, "This test stops and starts a server of its own and found no local Postgres binaries.");
        return new PostgresDatabase(cluster.ConnectionString, cluster);
    }

    public abstract IKeyStore Open();

    public abstract void TakeAway();

    public abstract void BringBack();

    public abstract Task ExecuteAsync(string sql);

    /// <summary>Ends a key's life in the past, as time would.</summary>
    public abstract Task ExpireAsync(string keyId);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class SqliteDatabase : Database
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("agentkey-serve-").FullName;

        public override string Address => $"sqlite:{File}";

        private string File => Path.Combine(_folder, "keys.db");

        private string Away => _folder + ".away";

        public override IKeyStore Open() => SqliteKeyStore.Open(File);

        public override void TakeAway()
        {
            Directory.Move(_folder, Away);
            // Pooled connections still hold the moved file.
            SqliteConnection.ClearAllPools();
        }

        public override void BringBack() => Directory.Move(Away, _folder);

        public override Task ExpireAsync(string keyId) => ExecuteAsync($"UPDATE sdk_api_keys SET expires_at = 1 WHERE id = '{keyId}'");

        public override async Task ExecuteAsync(string sql)
        {
            await using var connection = new SqliteConnection($"Data Source={File}");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }

        public override ValueTask DisposeAsync()
        {
            SqliteConnection.ClearAllPools();
            foreach (var folder in new[] { _folder, Away }.Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }

            return base.DisposeAsync();
        }
    }

    private sealed class PostgresDatabase(string connectionString, PrivateCluster? cluster) : Database
    {
        public override string Address => $"postgres:{connectionString}";

        public override IKeyStore Open() => PostgresKeyStore.Open(connectionString);

        public override void TakeAway() => cluster!.Stop("immediate");

        public override void BringBack() => cluster!.Start();

        public override Task ExpireAsync(string keyId) => ExecuteAsync($"UPDATE sdk_api_keys SET expires_at = '2020-01-01Z' WHERE id = {keyId}");

        public override async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
