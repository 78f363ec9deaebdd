using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite;

/// <summary>What works on a connection that is kept open, one use at a time. After a failure the next use begins with a fresh one.</summary>
/// <param name="file">The file, which has to be there at every use.</param>
/// <param name="make">Makes it on a connection that it then owns.</param>
internal sealed class SqliteKept<T>(SqliteFile file, Func<SqliteConnection, T> make) : IAsyncDisposable
    where T : class, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SqliteConnection? _connection;
    private T? _kept;

    /// <summary>Uses it, on the caller's own thread.</summary>
    public async Task<TResult> UseAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return file.Run(() => use(Open()));
        }
        catch
        {
            Close();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        Close();
        _gate.Release();
    }

    private T Open()
    {
        file.RequireFile();
        if (_connection is not null && SqliteIdentity.IsTaken(_connection))
        {
            Close();
        }

        return _kept ??= make(_connection = file.Keep());
    }

    private void Close()
    {
        _kept?.Dispose();
        _kept = null;
        _connection = null;
    }
}
