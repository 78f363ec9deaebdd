using AgentKey.Postgres.Batches;
using Npgsql;
using NpgsqlTypes;

namespace AgentKey.Postgres.Schema;

/// <summary>Commands with positional parameters whose types are said, so that a NULL has one too.</summary>
internal static class SqlCommands
{
    public static NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    /// <summary>Executes a command on a connection, and disposes it.</summary>
    /// <returns>How many rows it changed.</returns>
    public static async Task<int> ExecuteOnAsync(this NpgsqlCommand command, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var _ = command;
        command.Connection = connection;
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Executes a command on a connection, reads all its rows, and disposes it.</summary>
    public static async Task<List<T>> ListOnAsync<T>(
        this NpgsqlCommand command, NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var _ = command;
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await PostgresRows.ReadAllAsync(reader, read, cancellationToken).ConfigureAwait(false);
    }

    public static NpgsqlParameter Text(string? value) => Parameter(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Texts(IEnumerable<string> values) => Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());

    public static NpgsqlParameter Instant(DateTimeOffset? value) => Parameter(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
