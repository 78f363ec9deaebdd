using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Hands progress on to the client that asked for it, under the client's own token.</summary>
internal static class ProgressRelay
{
    /// <summary>What to do with each notification; <see langword="null"/> when the client did not ask for any.</summary>
    public static Action<JsonNode>? Of(CallUnderWay call, RequestParams? parameters) => parameters?.ProgressToken is { } token
        ? progress => call.Relay.Add(() => PassAsync(call.Client, token, progress))
        : null;

    private static Task PassAsync(McpServer client, ProgressToken token, JsonNode progress)
    {
        var copy = progress.DeepClone();
        copy["progressToken"] = JsonSerializer.SerializeToNode(token, McpJsonUtilities.DefaultOptions);
        return client.SendMessageAsync(new JsonRpcNotification { Method = NotificationMethods.ProgressNotification, Params = copy });
    }
}
