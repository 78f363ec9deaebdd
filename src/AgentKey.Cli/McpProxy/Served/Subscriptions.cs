using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Which resources one caller with a session follows. The gate in front has looked whether it may read them.</summary>
internal sealed class Subscriptions(CallerSession session, McpServerResourceCollection served)
{
    /// <summary>How many resources one session, or one stream, can follow: each is a subscription at the server behind.</summary>
    public const int Most = 100;

    private readonly ConcurrentDictionary<string, IAsyncDisposable> _followed = new(StringComparer.Ordinal);

    public static McpProtocolException TooMany() => new($"At most {Most} resources can be followed at once.", McpErrorCode.InvalidParams);

    /// <summary>Whether the resource is served at all.</summary>
    public bool IsServed(string address) => served.Any(resource => resource.IsMatch(address));

    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var address = request.Params.Uri;
        if (!IsServed(address))
        {
            throw new McpProtocolException($"Unknown resource URI: '{address}'", McpErrorCode.ResourceNotFound);
        }

        if (session.Client is null)
        {
            throw new McpProtocolException("Only a client with a session can subscribe in this revision.", McpErrorCode.InvalidRequest);
        }

        if (_followed.Count >= Most && !_followed.ContainsKey(address))
        {
            throw TooMany();
        }

        var following = await session.Link.Resources.FollowAsync(
            address, update => session.Tell(NotificationMethods.ResourceUpdatedNotification, update), cancellationToken);
        if (!_followed.TryAdd(address, following))
        {
            await following.DisposeAsync();
        }

        return new EmptyResult();
    }

    public async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        if (_followed.TryRemove(request.Params.Uri, out var following))
        {
            await following.DisposeAsync();
        }

        return new EmptyResult();
    }
}
