using AgentKey.Agents.Mcp.Calls;
using AgentKey.Charging;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Objects;

/// <summary>A tool that exists only as an object, behind the guard.</summary>
internal sealed class GuardedTool : DelegatingMcpServerTool
{
    private readonly ToolPolicy _policy;

    public GuardedTool(McpServerTool inner, ToolPolicy policy)
        : base(inner)
    {
        _policy = policy;
        Metadata = [.. inner.Metadata.Where(fact => fact is not (AgentScopeAttribute or CostAttribute or AgentPublicAttribute)), policy, new AgentGuardedAttribute()];
    }

    /// <summary>The policy takes the place of what the tool's own attributes say.</summary>
    public override IReadOnlyList<object> Metadata { get; }

    public override ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var guard = (request.Services ?? request.Server.Services)?.GetService<ToolGuard>()
            ?? throw new ToolDeniedException(new Denial { Reason = DenialCode.UnguardedTool });
        return _policy.Price.Kind == ToolPriceKind.PerArgument
            ? guard.RunAsync(_policy, PriceOf(request.Params), token => base.InvokeAsync(request, token), cancellationToken)
            : guard.RunAsync(_policy, token => base.InvokeAsync(request, token), cancellationToken);
    }

    private Money.Cost PriceOf(CallToolRequestParams parameters) =>
        ArgumentPrice.Find(_policy.Price, parameters.Arguments) ?? throw new ToolDeniedException(
            new Denial { Reason = DenialCode.InvalidArgument, Cost = _policy.Price.Amount, Argument = _policy.Price.By });
}
