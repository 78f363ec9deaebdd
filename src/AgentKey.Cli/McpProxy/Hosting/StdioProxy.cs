using AgentKey.Cli.McpProxy.Served;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>Serves the one client that started the proxy. The key is in the environment.</summary>
internal static class StdioProxy
{
    public static IHost Build(AgentKeys keys, ServedServer served)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddProxy(keys, served).WithStdioServerTransport();
        var host = builder.Build();
        served.Session.Client = host.Services.GetRequiredService<McpServer>();
        return host;
    }
}
