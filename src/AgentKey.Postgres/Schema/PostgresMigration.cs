using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentKey.Storage;
using Dapper;
using Npgsql;

namespace AgentKey.Postgres.Schema;

/// <summary>
/// Executes a plan: one statement at a time, never waiting long for a lock, and never beside another process that does
/// the same.
/// </summary>
internal sealed class PostgresMigration(NpgsqlConnection connection, TableName table, KeyColumns names)
{
    private const int Attempts = 20;
    private const int Plans = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TurnTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Executes what is missing.</summary>
    public async Task RunAsync(bool widens, CancellationToken cancellationToken)
    {
        var turn = await NumberOfTurnAsync(cancellationToken).ConfigureAwait(false);
        await TakeTurnAsync(turn, cancellationToken).ConfigureAwait(false);
        try
        {
            // An index is built for as long as its table is large, and waits for whoever reads.
            await ExecuteAsync("SET statement_timeout = 0", cancellationToken).ConfigureAwait(false);
            var plans = 1;
            while (!await TryRunPlanAsync(widens, isLast: plans == Plans, cancellationToken).ConfigureAwait(false))
            {
                plans++;
            }
        }
        finally
        {
            // A connection that broke holds neither, and must not hide what broke it.
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await ExecuteAsync($"SELECT pg_advisory_unlock({turn}); RESET lock_timeout; RESET statement_timeout", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs what is missing now.</summary>
    /// <returns>Whether nobody else was at it, e.g. a person with the script.</returns>
    private async Task<bool> TryRunPlanAsync(bool widens, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var step in await MigrationPlan.MakeAsync(connection, table, names, widens, cancellationToken).ConfigureAwait(false))
            {
                await ExecuteAsync(step.LockTimeoutSql, cancellationToken).ConfigureAwait(false);
                await ExecuteAsync(step.Sql, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (PostgresException ahead) when (!isLast && IsAhead(ahead))
        {
            return false;
        }
    }

    // Two that create a table at once may both find that there is none; the catalog's own indexes let one of them through.
    private static bool IsAhead(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateTable
        || error is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog" };

    // Of the table that the name leads to: with its schema or without, it is one table.
    private async Task<long> NumberOfTurnAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT coalesce((SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(@sql)),
                format('%I.%I', coalesce(@schema, current_schema()::text, ''), @name))
            """;
        var command = new CommandDefinition(sql, new { sql = table.Sql, schema = table.Schema, name = table.Name }, cancellationToken: cancellationToken);
        var resolved = await connection.ExecuteScalarAsync<string>(command).ConfigureAwait(false);
        return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("agentkey:" + resolved)));
    }

    // Polling: a blocking advisory lock and CREATE INDEX CONCURRENTLY wait for each other for ever.
    private async Task TakeTurnAsync(long turn, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            var command = new CommandDefinition($"SELECT pg_try_advisory_lock({turn})", cancellationToken: cancellationToken);
            if (await connection.ExecuteScalarAsync<bool>(command).ConfigureAwait(false))
            {
                return;
            }

            if (waited >= TurnTimeout)
            {
                throw new StoreUnavailableException($"Another process has been migrating {table.Sql} for {TurnTimeout.TotalMinutes} minutes; run it again later.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: cancellationToken)).ConfigureAwait(false);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < Attempts)
            {
                await Task.Delay(Pause * Random.Shared.Next(1, 5), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
