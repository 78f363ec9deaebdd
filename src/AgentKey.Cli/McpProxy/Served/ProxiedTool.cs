using AgentKey.Agents;
using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A tool of the server behind the proxy. The guard around it has charged when it runs.</summary>
internal sealed class ProxiedTool(Tool tool, ResultPrice? perResult, CallerSession session) : McpServerTool
{
    public override Tool ProtocolTool => tool;

    public override IReadOnlyList<object> Metadata => [];

    public override ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default) =>
        GuardedRequest.SendAsync<CallToolRequestParams, CallToolResult>(perResult, session, request, cancellationToken);
}
