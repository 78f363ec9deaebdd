using Npgsql;

namespace AgentKey.Postgres;

/// <summary>What may stand between us and the server, e.g. PgBouncer, and share its backends among many clients.</summary>
internal static class Pooler
{
    // Somebody else's transaction may have come in between.
    private const int Attempts = 3;

    private const string Mark = "agentkey.session";

    /// <summary>Whether the connection was told of another process than the one that answers: it can be cancelled only through a pooler.</summary>
    public static async Task<bool> IsBetweenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! != connection.ProcessID;
    }

    /// <summary>A lock or a setting that is made for a session has to stay with us, and must not stay with somebody else.</summary>
    /// <exception cref="InvalidFieldException">Another connection came to the same session.</exception>
    public static async Task RequireOwnSessionAsync(NpgsqlConnection connection, PostgresConnections connections, CancellationToken cancellationToken)
    {
        if (!await IsBetweenAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await using var other = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var mark = Guid.NewGuid().ToString("N");
            await ReadAsync(connection, $"SELECT set_config('{Mark}', '{mark}', false)", cancellationToken).ConfigureAwait(false);
            if (await ReadAsync(other, $"SELECT current_setting('{Mark}', true)", cancellationToken).ConfigureAwait(false) == mark)
            {
                throw new InvalidFieldException(
                    "connection string", "leads to a pooler that gives each transaction another session", "a direct connection, or a pooler in session mode");
            }
        }
    }

    private static async Task<string?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }
}
