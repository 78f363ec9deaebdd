using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Policies;
using AgentKey.Cli.McpProxy.Upstream;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What is served of the server behind one link: what it has and the policy names, each behind the guard.</summary>
internal sealed class ServedServer(UpstreamLink link, ProxyPolicy policy)
{
    private readonly McpServerPrimitiveCollection<McpServerTool> _tools = [];
    private McpClient? _origin;

    /// <summary>Asks the server what it has.</summary>
    /// <returns>What the policy and the server disagree about.</returns>
    public async Task<PolicyReport> LoadAsync(CancellationToken cancellationToken)
    {
        _origin = await link.ConnectAsync(cancellationToken);
        var tools = _origin.ServerCapabilities.Tools is null ? [] : await _origin.ListToolsAsync(cancellationToken: cancellationToken);
        foreach (var tool in tools)
        {
            if (policy.Tools.TryGetValue(tool.Name, out var entry))
            {
                _tools.TryAdd(new ProxiedTool(tool.ProtocolTool, entry.PerResult, link).Guarded(entry.Policy));
            }
        }

        return new PolicyReport([PolicyComparison.Of("tools", [.. tools.Select(tool => tool.Name)], policy.Tools)]);
    }

    /// <summary>Lets a server show it. The server looks like the one behind it.</summary>
    public void Configure(McpServerOptions options)
    {
        options.ServerInfo = _origin!.ServerInfo;
        options.ServerInstructions = _origin.ServerInstructions;
        options.ToolCollection = _tools;
        options.Filters.Message.IncomingFilters.Add(KeyScreen.Around);
    }
}
