using AgentKey.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentKey.Sqlite;

/// <summary>Statements with named parameters.</summary>
internal static class SqliteQueries
{
    public static List<T> Query<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs a statement that changes rows.</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Change(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement that writes a row for each one that is there, in a transaction that began with the write lock.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="rows">A table and the condition of the rows.</param>
    /// <param name="parameters">The parameters of both.</param>
    /// <returns>Whether there was any.</returns>
    /// <exception cref="SchemaException">A row was not written.</exception>
    public static bool ChangeAll(this SqliteConnection connection, string sql, string rows, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var count = connection.Query($"SELECT count(*) FROM {rows}", row => row.GetInt32(0), parameters)[0];
        if (count > 0)
        {
            connection.Change(sql, parameters);
            connection.RequireWritten(count);
        }

        return count > 0;
    }

    /// <summary>Asks how many rows the last statement wrote itself; what a trigger wrote elsewhere is not among them.</summary>
    /// <exception cref="SchemaException">It is another number.</exception>
    public static void RequireWritten(this SqliteConnection connection, int count)
    {
        if (raw.sqlite3_changes(connection.Handle) != count)
        {
            throw SqliteFile.Dropped(connection.DataSource);
        }
    }
}
