using System.Transactions;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>
/// Connections that are in nobody's transaction. In one of the host's, a secret would be handed out whose key is gone when
/// the host rolls back, and a call would wait for what the call before it has locked.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly bool _ownsDataSource;

    /// <exception cref="InvalidFieldException">The connections would be shared while a transaction is under way on them.</exception>
    public PostgresConnections(NpgsqlDataSource dataSource, bool ownsDataSource)
    {
        // Each round trip goes over whichever connection is free, also the second one of a transaction.
        if (new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).Multiplexing)
        {
            throw new InvalidFieldException(nameof(NpgsqlConnectionStringBuilder.Multiplexing), "shares connections between transactions", "Multiplexing=false, which is the default");
        }

        _dataSource = dataSource;
        _ownsDataSource = ownsDataSource;
    }

    /// <summary>A data source of our own. Its connections cost less than the host's, which are prepared for what others leave in them.</summary>
    public static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        // Nothing that we send leaves state in a session, and resetting it costs more than the rest of a small batch.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true, Enlist = false };
        return NpgsqlDataSource.Create(settings);
    }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        Transaction.Current is null ? _dataSource.OpenConnectionAsync(cancellationToken) : OpenOutsideAsync(cancellationToken);

    public ValueTask DisposeAsync() => _ownsDataSource ? _dataSource.DisposeAsync() : ValueTask.CompletedTask;

    private async ValueTask<NpgsqlConnection> OpenOutsideAsync(CancellationToken cancellationToken)
    {
        using var outside = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        return await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }
}
