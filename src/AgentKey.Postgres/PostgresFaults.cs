using AgentKey.Postgres.Batches;
using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>Says in our words what the driver reports. Names the server, never its password.</summary>
internal sealed class PostgresFaults
{
    // The server is there, and cannot or must not serve us now.
    private static readonly HashSet<string> Unavailable = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.QueryCanceled,
        PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.ReadOnlySqlTransaction,
        PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.SerializationFailure,
        PostgresErrorCodes.InvalidPassword,
        PostgresErrorCodes.InvalidAuthorizationSpecification,
        PostgresErrorCodes.InvalidCatalogName,
        "25P03", // idle_in_transaction_session_timeout
        "25P04", // transaction_timeout
    };

    // A lost connection, a want of resources, an operator's intervention. A pooler reports by 08P01 that the server's
    // connection died under ours, be it before the commit or after it.
    private static readonly string[] UnavailableClasses = ["08", "53", "57P"];

    // The table, or what the role may do there, is not as it has to be.
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.InsufficientPrivilege,
        PostgresErrorCodes.NotNullViolation,
        PostgresErrorCodes.CheckViolation,
        PostgresErrorCodes.UniqueViolation,
        PostgresErrorCodes.ForeignKeyViolation,
        PostgresErrorCodes.StringDataRightTruncation,
        PostgresErrorCodes.InvalidColumnReference, // no unique index that an ON CONFLICT could mean
        PostgresErrorCodes.ObjectNotInPrerequisiteState, // a published table whose rows no subscriber could tell apart
        PostgresErrorCodes.FeatureNotSupported, // a statement of ours on a table with rules
    };

    // Where the server refuses, with row_security off, what a policy would hide; its message is in the server's language.
    private const string HidingRows = "check_enable_rls";

    // Where the server finds that a statement, prepared before a column's type was changed, would return another one now.
    private const string StalePlan = "RevalidateCachedQuery";

    // A round trip has up to four statements that return columns of the table, and the driver plans anew the one that failed.
    private const int Plans = 5;

    private readonly string _server;
    private readonly TableName _table;

    public PostgresFaults(string connectionString, TableName table)
    {
        _table = table;
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        _server = $"{builder.Host}:{builder.Port}/{builder.Database}";
    }

    /// <summary>Runs an action again that failed on what a connection had prepared before a column's type was changed. Nothing of it was committed.</summary>
    public static async Task<T> RunOnNewPlansAsync<T>(Func<Task<T>> action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (PostgresException error) when (attempt < Plans && IsOfStalePlan(error))
            {
                // The driver has thrown away what it had prepared.
            }
        }
    }

    /// <summary>Runs an action, and translates what it throws.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            throw new SchemaException($"The schema on {_server} is not of the expected form: {error.MessageText}; {MendingHint.Migrate(_table)}", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidSchemaName)
        {
            throw new SchemaException($"There is no schema on {_server} for the tables: {error.MessageText}; {MendingHint.CreateSchema(_table)}", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidTextRepresentation && error.MessageText.Contains(BatchSql.Dropped, StringComparison.Ordinal))
        {
            throw new SchemaException($"A trigger on {_server} drops what is written, and nothing was saved; {MendingHint.Examine(_table)}", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
        {
            throw new OverflowException($"The tables on {_server} hold amounts that add up to more than can be counted.", error);
        }
        catch (PostgresException error) when (error is { SqlState: PostgresErrorCodes.InsufficientPrivilege, Routine: HidingRows })
        {
            throw new SchemaException(
                $"Row level security on {_server} would hide rows, and nothing was saved: {error.MessageText}; {TableRules.RowSecurityFix}; {MendingHint.Examine(_table)}", error);
        }
        catch (PostgresException error) when (IsOfStalePlan(error) || IsUnavailable(error.SqlState))
        {
            throw new StoreUnavailableException($"Postgres at {_server} refused: {error.SqlState} {error.MessageText}", error);
        }
        catch (PostgresException error) when (Refused.Contains(error.SqlState))
        {
            // Only the message: the detail repeats the row, and with it a hash.
            // A role that may only charge is as it should be: then no table has to be mended.
            var whose = error.SqlState == PostgresErrorCodes.InsufficientPrivilege ? "use the role that owns the table, or " : "";
            throw new SchemaException($"The schema on {_server} does not allow it: {error.MessageText}; {whose}{MendingHint.Examine(_table)}", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UntranslatableCharacter)
        {
            // Not the message: it repeats the character, and nobody knows of which text.
            throw new InvalidFieldException("text", "has a character that the database's encoding cannot hold", $"what the encoding of {_server} can hold; UTF8 holds everything");
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement)
        {
            throw new StoreUnavailableException(
                $"A pooler at {_server} handed prepared statements to another backend: {error.MessageText}; leave {nameof(PostgresKeyStoreOptions.PreparedStatements)} unset, or set it to false.", error);
        }
        catch (NpgsqlException error) when (error is not PostgresException)
        {
            throw new StoreUnavailableException($"Postgres at {_server} cannot be reached: {error.Message}", error);
        }
        catch (TimeoutException error)
        {
            throw new StoreUnavailableException($"Postgres at {_server} did not answer in time.", error);
        }
    }

    private static bool IsOfStalePlan(PostgresException error) => error is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: StalePlan };

    private static bool IsUnavailable(string state) =>
        Unavailable.Contains(state) || UnavailableClasses.Any(part => state.StartsWith(part, StringComparison.Ordinal));
}
