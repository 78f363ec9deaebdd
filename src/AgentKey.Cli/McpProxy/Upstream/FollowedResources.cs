using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// The resources whose changes are wanted, each followed once at the server for all who want it, in the way of the server's
/// revision. Safe for any number of threads.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A listener may end after the link did, and the semaphore holds nothing.")]
internal sealed partial class FollowedResources(UpstreamLink link, ILogger logger)
{
    // One after the other: a subscription that ends must not end the one that begins anew.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, Followed> _followed = new(StringComparer.Ordinal);

    /// <summary>Begins to follow a resource.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="tell">Gets the parameters of every update, in order, and must not wait.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>Ends it.</returns>
    /// <exception cref="McpProtocolException">The server does not tell of changes of this resource.</exception>
    /// <exception cref="McpException">The server did not answer.</exception>
    public async Task<IAsyncDisposable> FollowAsync(string address, Action<JsonNode> tell, CancellationToken cancellationToken)
    {
        var client = await link.ConnectAsync(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var followed = _followed.GetOrAdd(address, key => new Followed(key));
            var listener = new Listener(this, followed);
            followed.Listeners.TryAdd(listener, tell);
            if (followed.Listeners.Count == 1)
            {
                await BeginAsync(client, followed, cancellationToken);
            }

            return listener;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Follows all at a server that was started again.</summary>
    public async Task RenewAsync(McpClient client)
    {
        await _turn.WaitAsync();
        try
        {
            foreach (var followed in _followed.Values)
            {
                await RenewAsync(client, followed);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes an update that names no subscription, as those of earlier revisions do not.</summary>
    public void Hear(JsonRpcNotification update)
    {
        if (update.Params?["uri"]?.GetValue<string>() is not { } address)
        {
            return;
        }

        foreach (var followed in _followed.Values.Where(each => each.Covers(address)))
        {
            followed.Tell(update);
        }
    }

    private async Task BeginAsync(McpClient client, Followed followed, CancellationToken cancellationToken)
    {
        try
        {
            if (client.IsWithoutHandshake())
            {
                await ListenAsync(client, followed, cancellationToken);
            }
            else
            {
                await link.SendAsync(RequestMethods.ResourcesSubscribe, new JsonObject { ["uri"] = followed.Address }, RequestWishes.None, cancellationToken);
            }
        }
        catch
        {
            Forget(followed);
            if (followed.Request is not null)
            {
                await followed.Request.DisposeAsync();
            }

            throw;
        }
    }

    private async Task ListenAsync(McpClient client, Followed followed, CancellationToken cancellationToken)
    {
        followed.Request = new ChangeRequest(link, client, new() { ResourceSubscriptions = [followed.Address] }, followed.Tell);
        var granted = await followed.Request.BeginAsync(cancellationToken);
        if (granted.ResourceSubscriptions?.Contains(followed.Address) is not true)
        {
            throw new McpProtocolException($"The server does not tell of changes of '{followed.Address}'.", McpErrorCode.InvalidParams);
        }
    }

    private async Task RenewAsync(McpClient client, Followed followed)
    {
        try
        {
            await BeginAsync(client, followed, CancellationToken.None);
        }
        catch (McpException fault)
        {
            // Its listeners stay, and hear nothing: the server that they asked is not there any more.
            LogLost(fault, followed.Address);
        }
    }

    private async Task EndAsync(Listener listener)
    {
        await _turn.WaitAsync();
        try
        {
            var followed = listener.Followed;
            if (!followed.Listeners.TryRemove(listener, out _) || !followed.Listeners.IsEmpty || !Forget(followed))
            {
                return;
            }

            if (followed.Request is not null)
            {
                await followed.Request.DisposeAsync();
            }
            else if (link.Live is { } client && !client.IsWithoutHandshake())
            {
                await link.SendAsync(RequestMethods.ResourcesUnsubscribe, new JsonObject { ["uri"] = followed.Address }, RequestWishes.None, CancellationToken.None);
            }
        }
        catch (McpException fault)
        {
            // What it still tells, nobody is listening to.
            LogLost(fault, listener.Followed.Address);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool Forget(Followed followed) => _followed.TryRemove(KeyValuePair.Create(followed.Address, followed));

    [LoggerMessage(3005, LogLevel.Warning, "The server behind the proxy did not take a subscription, or the end of one, to {Address}")]
    private partial void LogLost(Exception exception, string address);

    private sealed class Followed(string address)
    {
        public string Address => address;

        public ConcurrentDictionary<Listener, Action<JsonNode>> Listeners { get; } = [];

        /// <summary>The open request of the newest revision; <see langword="null"/> in those before.</summary>
        public ChangeRequest? Request { get; set; }

        // A server may tell of a part of what was subscribed to.
        public bool Covers(string updated) => updated.StartsWith(address, StringComparison.Ordinal)
            && (updated.Length == address.Length || address.EndsWith('/') || updated[address.Length] is '/' or '#' or '?');

        public void Tell(JsonRpcNotification update)
        {
            if (update is { Method: NotificationMethods.ResourceUpdatedNotification, Params: JsonObject parameters })
            {
                RemoveSubscription(parameters);
                foreach (var tell in Listeners.Values)
                {
                    tell(parameters);
                }
            }
        }

        // Which of the proxy's subscriptions it belongs to is between the proxy and the server.
        private static void RemoveSubscription(JsonObject parameters)
        {
            if (parameters["_meta"] is JsonObject meta && meta.Remove(MetaKeys.SubscriptionId) && meta.Count == 0)
            {
                parameters.Remove("_meta");
            }
        }
    }

    private sealed class Listener(FollowedResources owner, Followed followed) : IAsyncDisposable
    {
        public Followed Followed => followed;

        public ValueTask DisposeAsync() => new(owner.EndAsync(this));
    }
}
