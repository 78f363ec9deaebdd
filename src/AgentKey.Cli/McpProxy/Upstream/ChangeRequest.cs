using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// A wish to hear of changes, in the way of the newest revision: a request that stays open. Made anew when it breaks off
/// while the conversation goes on, as it may over HTTP.
/// </summary>
/// <param name="link">Sends it.</param>
/// <param name="client">The conversation that it belongs to.</param>
/// <param name="wanted">What to hear of.</param>
/// <param name="hear">Gets what the server tells, in order, and must not wait.</param>
internal sealed class ChangeRequest(UpstreamLink link, McpClient client, SubscriptionsListenNotifications wanted, Action<JsonRpcNotification> hear) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<SubscriptionsListenNotifications> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;
    private volatile bool _isHeard;

    /// <summary>What to do when the request was made anew, and changes may have been missed.</summary>
    public Action? Renewed { get; init; }

    /// <summary>Makes the request.</summary>
    /// <returns>What the server agreed to tell of.</returns>
    /// <exception cref="McpProtocolException">It has no such request.</exception>
    public async Task<SubscriptionsListenNotifications> BeginAsync(CancellationToken cancellationToken)
    {
        _listening = ListenAsync();
        return await _granted.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _listening;
        _ending.Dispose();
    }

    private async Task ListenAsync()
    {
        for (var pause = TimeSpan.FromSeconds(1); !_ending.IsCancellationRequested; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            _isHeard = false;
            await ListenOnceAsync();
            if (link.IsOver || client.Completion.IsCompleted || !_granted.Task.IsCompletedSuccessfully || !IsAnything(_granted.Task.Result))
            {
                return;
            }

            pause = _isHeard ? TimeSpan.FromSeconds(1) : pause;
            await Task.Delay(pause, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenOnceAsync()
    {
        try
        {
            await link.ListenAsync(client, wanted, Hear, _ending.Token);
            _granted.TrySetResult(new());
        }
        catch (Exception fault) when (fault is McpException or IOException or HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            if (!_granted.TrySetException(fault as McpException ?? new McpException("The server behind the proxy did not answer.", fault)))
            {
                link.LogDeaf(fault);
            }
        }
    }

    private void Hear(JsonRpcNotification notification)
    {
        if (notification.Method != NotificationMethods.SubscriptionsAcknowledgedNotification)
        {
            hear(notification);
            return;
        }

        _isHeard = true;
        var granted = (notification.Params?["notifications"] as JsonObject).Deserialize<SubscriptionsListenNotifications>(McpJsonUtilities.DefaultOptions);
        if (!_granted.TrySetResult(granted ?? new()))
        {
            Renewed?.Invoke();
        }
    }

    // A server that grants nothing ends the request at once, and would do so each time.
    private static bool IsAnything(SubscriptionsListenNotifications granted) =>
        granted is { ToolsListChanged: true } or { PromptsListChanged: true } or { ResourcesListChanged: true } or { ResourceSubscriptions.Count: > 0 };
}
