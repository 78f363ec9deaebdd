using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// A client of the newest revision that hears of changes for as long as its request stays open. The SDK's own answer to the
/// request tells nothing to clients over HTTP, and never of a resource.
/// </summary>
internal sealed class ChangeStream(RequestContext<SubscriptionsListenRequestParams> request, UpstreamLink link) : IAsyncDisposable
{
    private readonly OrderedRelay _relay = new(request.Services!.GetRequiredService<ILogger<ChangeStream>>());
    private readonly TaskCompletionSource<SubscriptionsListenNotifications> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action> _endings = [];
    private readonly List<IAsyncDisposable> _followed = [];

    /// <summary>Tells of changes of a list.</summary>
    /// <returns>Whether the client wants that, as the protocol writes it.</returns>
    public bool? Watch<T>(McpServerPrimitiveCollection<T>? list, bool? isWanted, string method)
        where T : IMcpServerPrimitive
    {
        if (list is null || isWanted is not true)
        {
            return null;
        }

        void Tell(object? sender, EventArgs change) => _relay.Add(() => SendAsync(method, new JsonObject()));
        list.Changed += Tell;
        _endings.Add(() => list.Changed -= Tell);
        return true;
    }

    /// <summary>Tells of changes of resources.</summary>
    /// <returns>Those that the server behind tells of.</returns>
    public async Task<IList<string>?> FollowAsync(IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var granted = new List<string>();
        foreach (var address in addresses.Distinct(StringComparer.Ordinal))
        {
            try
            {
                _followed.Add(await link.Resources.FollowAsync(address, Tell, cancellationToken));
                granted.Add(address);
            }
            catch (McpProtocolException)
            {
                // The acknowledgement leaves out what is not granted: that is the protocol's own refusal.
            }
        }

        return granted.Count > 0 ? granted : null;
    }

    /// <summary>Says what is told of, and then tells, until the client leaves or this server ends.</summary>
    public async Task<EmptyResult> RunAsync(SubscriptionsListenNotifications granted, CancellationToken cancellationToken)
    {
        _granted.SetResult(granted);
        var host = request.Services!.GetRequiredService<IHostApplicationLifetime>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        await Task.Delay(Timeout.Infinite, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new EmptyResult();
    }

    /// <summary>Lets the acknowledgement be the first that the client hears.</summary>
    public void Begin() => _relay.Add(async () => await SendAsync(
        NotificationMethods.SubscriptionsAcknowledgedNotification,
        new JsonObject { ["notifications"] = JsonSerializer.SerializeToNode(await _granted.Task, McpJsonUtilities.DefaultOptions) }));

    public async ValueTask DisposeAsync()
    {
        _granted.TrySetCanceled();
        _endings.ForEach(end => end());
        foreach (var followed in _followed)
        {
            await followed.DisposeAsync();
        }
    }

    private void Tell(JsonNode update)
    {
        var copy = update.DeepClone().AsObject();
        _relay.Add(() => SendAsync(NotificationMethods.ResourceUpdatedNotification, copy));
    }

    // Clients that have one wire for all tell by this what it belongs to.
    private async Task SendAsync(string method, JsonObject parameters)
    {
        // A stream that was not granted tells nothing.
        await _granted.Task;
        if (parameters["_meta"] is not JsonObject meta)
        {
            parameters["_meta"] = meta = [];
        }

        meta[MetaKeys.SubscriptionId] = JsonSerializer.SerializeToNode(request.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions);
        await request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters });
    }
}
