using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentKey.Serve.Metrics;

/// <summary>Answers a scrape.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints, AgentKeys keys, ProcessMetrics metrics) => endpoints.MapGet("/metrics", async (HttpContext context) =>
    {
        var isUp = await AnswersAsync(keys, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(
            $"{metrics.ToText()}# HELP agentkey_store_up Whether the store answered at this scrape.\n# TYPE agentkey_store_up gauge\nagentkey_store_up {(isUp ? 1 : 0)}\n",
            context.RequestAborted).ConfigureAwait(false);
    });

    private static async Task<bool> AnswersAsync(AgentKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            await keys.PingAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or SchemaException)
        {
            // Which of them, and what to do, is what /health/ready and the log say.
            return false;
        }
    }
}
