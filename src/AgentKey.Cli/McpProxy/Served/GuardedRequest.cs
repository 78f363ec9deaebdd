using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Agents;
using AgentKey.Charging;
using AgentKey.Cli.McpProxy.Policies;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A request to the server behind the proxy that is charged before it is sent, and priced by its result where the policy says so.</summary>
internal static class GuardedRequest
{
    /// <summary>What the gate of the server reads: the policy, and that the guard is inside.</summary>
    public static IReadOnlyList<object> MetadataOf(PolicyEntry entry) => [entry.Policy, new AgentGuardedAttribute()];

    public static ValueTask<TResult> RunAsync<TParams, TResult>(
        PolicyEntry entry, CallerSession session, RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
        where TResult : Result
    {
        var guard = (request.Services ?? request.Server.Services)?.GetService<ToolGuard>()
            ?? throw new ToolDeniedException(new Denial { Reason = DenialCode.UnguardedTool });
        return guard.RunAsync(entry.Policy, token => SendAsync<TParams, TResult>(entry.PerResult, session, request, token), cancellationToken);
    }

    /// <summary>Sends a request that was charged, and reports what it costs when its price goes by the result.</summary>
    public static async ValueTask<TResult> SendAsync<TParams, TResult>(
        ResultPrice? perResult, CallerSession session, RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
        where TResult : Result
    {
        var result = await session.CallAsync(request, cancellationToken);
        if (perResult is not null)
        {
            ToolCall.Current!.ReportCost(perResult.Of(result));
        }

        return Read<TResult>(result);
    }

    /// <summary>An answer as the SDK knows it.</summary>
    public static T Read<T>(JsonNode? result) =>
        result.Deserialize<T>(McpJsonUtilities.DefaultOptions) ?? throw new McpException("The server behind the proxy answered nothing.");
}
