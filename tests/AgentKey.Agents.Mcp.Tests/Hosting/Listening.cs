using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>
/// A client that hears of changes, in the way of the newest revision: by a request that stays open until this is disposed.
/// The SDK's client has no method for it.
/// </summary>
internal sealed class Listening : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly McpClient _client;
    private readonly JsonRpcRequest _request;
    private Task<JsonRpcResponse>? _response;

    private Listening(McpClient client, JsonObject wanted)
    {
        _client = client;
        _request = new JsonRpcRequest
        {
            Id = new RequestId(Guid.NewGuid().ToString("N")),
            Method = RequestMethods.SubscriptionsListen,
            Params = new JsonObject { ["notifications"] = wanted },
        };
    }

    /// <summary>What the server agreed to tell of.</summary>
    public JsonObject Granted { get; private set; } = null!;

    /// <summary>Lists and resources, as the protocol names them.</summary>
    public static async Task<Listening> BeginAsync(McpClient client, JsonObject wanted)
    {
        var listening = new Listening(client, wanted);
        var acknowledged = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, (notification, _) =>
        {
            Assert.Equal(listening._request.Id.ToString(), notification.Params!["_meta"]![MetaKeys.SubscriptionId]!.ToString());
            acknowledged.TrySetResult(notification.Params!["notifications"]!.AsObject());
            return ValueTask.CompletedTask;
        });
        listening._response = client.SendRequestAsync(listening._request, listening._ending.Token);
        await Task.WhenAny(acknowledged.Task, listening._response);
        listening.Granted = await acknowledged.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return listening;
    }

    public static Task<Listening> ToResourcesAsync(McpClient client, params string[] addresses) =>
        BeginAsync(client, new JsonObject { ["resourceSubscriptions"] = new JsonArray([.. addresses.Select(address => (JsonNode)address)]) });

    public async ValueTask DisposeAsync()
    {
        // Over HTTP hanging up would do; elsewhere the SDK's own notice gets lost (2.3.1).
        await _client.SendNotificationAsync(NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = _request.Id });
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _response!);
        _ending.Dispose();
    }
}
