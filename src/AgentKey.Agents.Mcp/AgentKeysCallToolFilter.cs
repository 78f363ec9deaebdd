using AgentKey.Charging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>The innermost filter around every tool call, whatever the order of registration was.</summary>
internal sealed partial class AgentKeysCallToolFilter(McpCallerResolver callers, ILogger<AgentKeysCallToolFilter> logger)
    : IPostConfigureOptions<McpServerOptions>
{
    public void PostConfigure(string? name, McpServerOptions options) =>
        options.Filters.Request.CallToolFilters.Add(next => (context, cancellationToken) => CallAsync(next, context, cancellationToken));

    private async ValueTask<CallToolResult> CallAsync(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next, RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        if (IsUnguarded(context))
        {
            LogUnguarded(context.Params.Name);
            return DenialResult.Of(new Denial { Reason = DenialCode.UnguardedTool });
        }

        using var binding = CallerScope.Bind(callers.Find(context));
        try
        {
            return await next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolDeniedException denied)
        {
            return DenialResult.Of(denied.Denial);
        }
    }

    /// <summary>A name that matches no tool is left to the SDK's own error, unless a hand-written handler would serve it.</summary>
    private static bool IsUnguarded(RequestContext<CallToolRequestParams> context) => context.MatchedPrimitive is McpServerTool tool
        ? !tool.Metadata.OfType<AgentGuardedAttribute>().Any()
        : context.Server.ServerOptions.Handlers.CallToolHandler is not null;

    [LoggerMessage(2101, LogLevel.Error, "Tool {Tool} carries no guard and was refused: register its guarded twin instead (WithAgentTools)")]
    private partial void LogUnguarded(string tool);
}
