using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentKey.Sqlite;

/// <summary>Whether a connection is still on the file that is there.</summary>
internal static class SqliteIdentity
{
    private const string Library = "e_sqlite3";

    // https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved
    private const int HasMoved = 20;

    // A host may have given the driver another SQLite, whose handles mean nothing to this one.
    private static readonly Lazy<bool> IsOurs = new(() => raw.GetNativeLibraryName() == Library);

    /// <summary>
    /// Whether another file, or none, has the connection's path by now: what is written on it is lost. SQLite compares device
    /// and inode. It does not know on Windows, where nobody can move a file that is open.
    /// </summary>
    public static bool IsTaken(SqliteConnection connection) =>
        connection.Handle is { } handle && IsOurs.Value && FileControl(handle.DangerousGetHandle(), 0, HasMoved, out var isMoved) == raw.SQLITE_OK && isMoved != 0;

    [DllImport(Library, EntryPoint = "sqlite3_file_control", ExactSpelling = true, CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int FileControl(nint database, nint schemaName, int operation, out int answer);
}
