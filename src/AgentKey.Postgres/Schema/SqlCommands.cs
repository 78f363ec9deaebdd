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

    public static NpgsqlParameter Text(string? value) => Parameter(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Instant(DateTimeOffset? value) => Parameter(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
