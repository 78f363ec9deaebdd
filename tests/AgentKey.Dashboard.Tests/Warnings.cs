using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentKey.Dashboard.Tests;

/// <summary>Remembers what was logged as a warning or worse.</summary>
internal sealed class Warnings : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, string Text)> _seen = new();

    public IEnumerable<string> Of(string category) => _seen.Where(one => one.Category.StartsWith(category, StringComparison.Ordinal)).Select(one => one.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(Warnings owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner._seen.Enqueue((category, formatter(state, exception)));
            }
        }
    }
}
