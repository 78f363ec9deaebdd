using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <content>What the server says of its own accord, and how it is asked to.</content>
internal sealed partial class UpstreamLink
{
    private readonly ConcurrentDictionary<string, Action<JsonRpcNotification>> _listening = new(StringComparer.Ordinal);

    /// <summary>Asks to hear of changes, until the server ends the request or it is cancelled.</summary>
    public async Task ListenAsync(McpClient client, SubscriptionsListenNotifications wanted, Action<JsonRpcNotification> hear, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7().ToString("N");
        _listening[id] = hear;
        try
        {
            var parameters = new JsonObject { ["notifications"] = JsonSerializer.SerializeToNode(wanted, McpJsonUtilities.DefaultOptions) };
            await client.SendRequestAsync(new JsonRpcRequest { Id = new RequestId(id), Method = RequestMethods.SubscriptionsListen, Params = parameters }, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellCancelledAsync(client, id);
        }
        finally
        {
            _listening.TryRemove(id, out _);
        }
    }

    // Since the newest revision, whoever wants to hear of changes has to say so, in a request that stays open.
    private void ListenForLists(McpClient client)
    {
        if (!listener.WantsChanges || !client.IsWithoutHandshake()
            || client.ServerCapabilities is not ({ Tools.ListChanged: true } or { Prompts.ListChanged: true } or { Resources.ListChanged: true }))
        {
            return;
        }

        var everything = new SubscriptionsListenNotifications { ToolsListChanged = true, PromptsListChanged = true, ResourcesListChanged = true };
        _ = HearOfListsAsync(new ChangeRequest(this, client, everything, listener.Hear) { Renewed = listener.Reload });
    }

    private async Task HearOfListsAsync(ChangeRequest request)
    {
        try
        {
            await request.BeginAsync(CancellationToken.None);
        }
        catch (McpException fault)
        {
            // Without it, the lists are those of the last beginning.
            LogDeaf(fault);
        }
    }

    // A fault would end the reading, and with it the conversation, of which nobody would be told.
    private void Hear(JsonRpcNotification notification)
    {
        try
        {
            HandOn(new JsonRpcNotification { Method = notification.Method, Params = StrictJson.Read(notification.Params), Context = notification.Context });
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            LogMalformed(malformed, notification.Method);
        }
    }

    private void HandOn(JsonRpcNotification notification)
    {
        if (notification.Method == NotificationMethods.ProgressNotification)
        {
            if (notification.Params is JsonObject progress && progress["progressToken"]?.ToString() is { } token && _progress.TryGetValue(token, out var pass))
            {
                pass(progress);
            }
        }
        else if (notification.Params?["_meta"] is JsonObject meta && meta[MetaKeys.SubscriptionId]?.ToString() is { } subscription)
        {
            if (_listening.TryGetValue(subscription, out var hear))
            {
                hear(notification);
            }
        }
        else if (notification.Method == NotificationMethods.ResourceUpdatedNotification)
        {
            Resources.Hear(notification);
        }
        else
        {
            listener.Hear(notification);
        }
    }

    [LoggerMessage(3004, LogLevel.Debug, "The server behind the proxy tells of no more changes")]
    public partial void LogDeaf(Exception exception);

    [LoggerMessage(3006, LogLevel.Warning, "The server behind the proxy sent a {Method} that makes no sense; it is left out")]
    private partial void LogMalformed(Exception exception, string method);
}
