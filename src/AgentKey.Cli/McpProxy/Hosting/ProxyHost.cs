using AgentKey.Agents;
using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Served;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>What both ways of serving have in common. Nothing is read from the folder that the proxy was started in.</summary>
internal static class ProxyHost
{
    /// <summary>Logs to standard error: standard output is the protocol's.</summary>
    public static ILoggerFactory CreateLoggers() => LoggerFactory.Create(Log);

    /// <summary>Adds the guarded server.</summary>
    public static IMcpServerBuilder AddProxy(this IHostApplicationBuilder builder, AgentKeys keys, ServedServer served)
    {
        Log(builder.Logging);
        builder.Services.AddSingleton(keys).AddSingleton<ToolGuard>();
        return builder.Services.AddMcpServer(served.Configure).WithAgentKeys();
    }

    private static void Log(ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
