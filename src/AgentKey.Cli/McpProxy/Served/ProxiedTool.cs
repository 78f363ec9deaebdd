using AgentKey.Agents;
using AgentKey.Cli.McpProxy.Policies;
using AgentKey.Cli.McpProxy.Upstream;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A tool of the server behind the proxy. The guard around it has charged when it runs.</summary>
internal sealed class ProxiedTool(Tool tool, ResultPrice? perResult, UpstreamLink link) : McpServerTool
{
    public override Tool ProtocolTool => tool;

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var parameters = ForwardedParams.Of(request.JsonRpcRequest.Params);
        var result = await link.SendAsync(RequestMethods.ToolsCall, parameters, ProgressRelay.Of(request.Server, request.Params), cancellationToken);
        if (perResult is not null)
        {
            ToolCall.Current!.ReportCost(perResult.Of(result));
        }

        return GuardedRequest.Read<CallToolResult>(result);
    }
}
