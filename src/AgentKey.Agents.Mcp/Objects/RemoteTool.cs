using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Objects;

/// <summary>A tool of another MCP server, served here. Passes on arguments, progress, result and cancellation, and nothing that says who calls.</summary>
internal sealed class RemoteTool(McpClientTool remote) : McpServerTool
{
    public override Tool ProtocolTool => remote.ProtocolTool;

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var arguments = request.Params.Arguments?.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
        var progress = request.Params.ProgressToken is { } token ? new ProgressRelay(request.Server, token) : null;
        return await remote.CallAsync(arguments, progress, options: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands on at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class ProgressRelay(McpServer client, ProgressToken token) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => _ = client.NotifyProgressAsync(token, value);
    }
}
