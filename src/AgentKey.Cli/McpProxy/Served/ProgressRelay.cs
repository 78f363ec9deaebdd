using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Hands progress on to the client that asked for it, under the client's own token.</summary>
internal static class ProgressRelay
{
    /// <summary>What to do with each notification; <see langword="null"/> when the client did not ask for any.</summary>
    public static Action<JsonNode>? Of(CallUnderWay call) => call.Progress is null ? null : progress => Pass(call, progress);

    private static void Pass(CallUnderWay call, JsonNode progress)
    {
        if (call.Progress is { } token)
        {
            var copy = progress.DeepClone();
            copy["progressToken"] = JsonSerializer.SerializeToNode(token, McpJsonUtilities.DefaultOptions);
            call.Tell(NotificationMethods.ProgressNotification, copy);
        }
    }
}
