using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Rows that somebody else locks, and does not change, until this is unlocked or disposed.</summary>
internal sealed class LockedRows : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private LockedRows(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>Locks all rows of a table.</summary>
    public static async Task<LockedRows> OfAsync(string connectionString, string table = "sdk_api_keys")
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"SELECT FROM {table} FOR UPDATE", connection, transaction);
        await hold.ExecuteNonQueryAsync();
        return new LockedRows(connection, transaction);
    }

    public Task UnlockAsync() => _transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
