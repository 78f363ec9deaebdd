using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentKey.Cli.Output;

/// <summary>The log of a command that serves: on standard error, because standard output is for data.</summary>
internal static class ErrorLog
{
    public static ILoggingBuilder AddErrorLog(this ILoggingBuilder logging, LogLevel minimum)
    {
        // What keeps a host from starting is thrown too, and said in one line then.
        logging.SetMinimumLevel(minimum).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical).AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
