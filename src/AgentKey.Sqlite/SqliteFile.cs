using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>Opens the file, and says in our words what went wrong with it.</summary>
internal sealed class SqliteFile
{
    // SQLite's one code for all that is wrong with a statement; only the words say what it is.
    private const int Error = 1;

    // A constraint of the host's, or what a trigger raises: https://sqlite.org/rescode.html#constraint
    private const int Constraint = 19;

    private const string Overflow = "integer overflow";

    private static readonly string[] Missing = ["no such table", "no such column", "has no column named", "because it is a view"];

    // The primary result codes that mean "no answer from this file now": https://sqlite.org/rescode.html
    private static readonly int[] Unavailable =
    [
        3 /* PERM */, 5 /* BUSY */, 6 /* LOCKED */, 8 /* READONLY */, 10 /* IOERR */, 11 /* CORRUPT */,
        13 /* FULL */, 14 /* CANTOPEN */, 23 /* AUTH */, 26 /* NOTADB */,
    ];

    // With its folder: a program that is started elsewhere has another file of the same name.
    private readonly string _path;
    private readonly string _pooled;
    private readonly string _kept;

    public SqliteFile(string path, TimeSpan busyTimeout)
    {
        _path = Path.GetFullPath(path);
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        };
        _pooled = settings.ToString();
        settings.Pooling = false;
        _kept = settings.ToString();
    }

    /// <summary>A connection with durable commits that readers do not block.</summary>
    /// <param name="mayCreate">Whether the file may be made: only a migration does.</param>
    public SqliteConnection Connect(bool mayCreate = false)
    {
        // Opening would leave an empty file behind, which looks like a store and is none.
        if (!mayCreate)
        {
            RequireFile();
        }

        var connection = Open(_pooled);
        if (!SqliteIdentity.IsTaken(connection))
        {
            return connection;
        }

        // The pool has it from the file before, and others like it.
        SqliteConnection.ClearPool(connection);
        connection.Dispose();
        return Open(_pooled);
    }

    /// <summary>As <see cref="Connect"/>, a connection that is really closed when it is disposed.</summary>
    public SqliteConnection Keep() => Open(_kept);

    /// <summary>A file that was taken away lives on under every open connection, and what is charged on it is lost.</summary>
    /// <exception cref="SchemaException">There is no file in its folder.</exception>
    /// <exception cref="StoreUnavailableException">There is not even the folder.</exception>
    public void RequireFile()
    {
        if (!File.Exists(_path))
        {
            throw Directory.Exists(Path.GetDirectoryName(_path))
                ? NoTable(null)
                : new StoreUnavailableException($"The SQLite file {_path} cannot be used: its folder is not there.");
        }
    }

    private static SqliteConnection Open(string settings)
    {
        var connection = new SqliteConnection(settings);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs an action, and translates what the driver throws.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be used now.</exception>
    /// <exception cref="SchemaException">The tables are not there, or do not take what is written.</exception>
    /// <exception cref="OverflowException">The amounts of several rows add up to more than a <see cref="long"/>.</exception>
    public T Run<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error) when (Array.IndexOf(Unavailable, error.SqliteErrorCode) >= 0)
        {
            throw new StoreUnavailableException($"The SQLite file {_path} cannot be used: {error.Message}", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == Error && Array.Exists(Missing, words => Says(error, words)))
        {
            throw NoTable(error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == Constraint)
        {
            throw new SchemaException($"The SQLite file {_path} does not allow it: {error.Message} {Examine(_path)}", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == Error && Says(error, Overflow))
        {
            throw new OverflowException($"The SQLite file {_path} holds amounts that add up to more than can be counted.", error);
        }
    }

    /// <summary>A write had no effect, and only a trigger can do that.</summary>
    public static SchemaException Dropped(string path) => new($"A trigger in the SQLite file {path} drops what is written, and nothing was saved; {Examine(path)}");

    /// <summary>The command that makes the tables, as a person types it.</summary>
    public static string Migrate(string path) => $"run: agentkey migrate --store sqlite:{path}";

    private static string Examine(string path) => $"run: agentkey doctor --store sqlite:{path}";

    private static bool Says(SqliteException error, string words) => error.Message.Contains(words, StringComparison.Ordinal);

    private SchemaException NoTable(SqliteException? error) =>
        new($"The SQLite file {_path} has no table {SqliteSchema.Keys} of the expected form; {Migrate(_path)}", error);
}
