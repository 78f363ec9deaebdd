using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentKey.Cli.Output;

/// <summary>The log of a command that serves: on standard error, because standard output is for data.</summary>
internal static class ErrorLog
{
    public static ILoggingBuilder AddErrorLog(this ILoggingBuilder logging, LogLevel minimum)
    {
        logging.SetMinimumLevel(minimum).AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
