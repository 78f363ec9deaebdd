using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Statements of a kept connection, which stay prepared.</summary>
internal static class SqliteStatements
{
    public static SqliteCommand Keep(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.AddWithValue(name, DBNull.Value);
        }

        return command;
    }

    /// <param name="command">The statement.</param>
    /// <param name="transaction">The transaction that it is part of; null for one of its own.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="values">Its parameters, in their order.</param>
    public static List<T> Query<T>(this SqliteCommand command, SqliteTransaction? transaction, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
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

    /// <summary>Runs a statement that writes one row.</summary>
    /// <exception cref="SchemaException">It did not: else a trigger of the host's would make a charge a free call.</exception>
    public static void Execute(this SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        Bind(command, transaction, values);
        command.ExecuteNonQuery();
        command.Connection!.RequireWritten(1);
    }

    private static void Bind(SqliteCommand command, SqliteTransaction? transaction, ReadOnlySpan<object?> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
