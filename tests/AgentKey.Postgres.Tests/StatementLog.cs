using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>What a data source sent to the server.</summary>
internal sealed class StatementLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _messages = [];

    /// <summary>How many batches were decided on remembered rows, kept or not.</summary>
    public int Recalled => Count("xmin = c.version");

    /// <summary>How many batches locked and loaded their rows first.</summary>
    public int Locked => Count("= ANY($1::text[]::bigint[]) ORDER BY");

    public NpgsqlDataSource Open(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString + ";No Reset On Close=true").UseLoggerFactory(this).Build();

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _messages.Enqueue(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private int Count(string part) => _messages.Count(message => message.Contains(part, StringComparison.Ordinal));
}
