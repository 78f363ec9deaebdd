using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentKey.Serve.Tests;

/// <summary>Everything that a server logs, at every level.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int EventId, string Text)> _lines = new();

    public string Text => string.Join('\n', _lines.Select(line => line.Text));

    public IEnumerable<string> Of(int eventId) => _lines.Where(line => line.EventId == eventId).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception}"));

    public void Dispose()
    {
    }
}
