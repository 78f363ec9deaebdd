using AgentKey.Agents;
using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Served;
using AgentKey.Cli.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>What both ways of serving have in common. Nothing is read from the folder that the proxy was started in.</summary>
internal static class ProxyHost
{
    /// <summary>The log beside the protocol.</summary>
    public static ILoggerFactory CreateLoggers() => LoggerFactory.Create(Log);

    /// <summary>Adds the guarded server.</summary>
    public static IMcpServerBuilder AddProxy(this IHostApplicationBuilder builder, AgentKeys keys, ServedServer served)
    {
        Log(builder.Logging);
        builder.Services.AddSingleton(keys).AddSingleton<ToolGuard>();
        return builder.Services.AddMcpServer(options =>
        {
            served.Configure(options);
            options.Filters.Message.IncomingFilters.Add(KeyScreen.Around);
        }).WithAgentKeys();
    }

    private static void Log(ILoggingBuilder logging) => logging.AddErrorLog(LogLevel.Warning);
}
