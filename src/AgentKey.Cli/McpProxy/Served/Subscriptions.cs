using System.Diagnostics.CodeAnalysis;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// Which resources one caller with a session follows. The gate in front has looked whether it may read them. Safe for any
/// number of threads.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A request may end after its session did, and the semaphore holds nothing.")]
internal sealed class Subscriptions(CallerSession session, McpServerResourceCollection served)
{
    /// <summary>How many resources one session, or one stream, can follow: each is a subscription at the server behind.</summary>
    public const int Most = 100;

    // One after the other, as they are asked of the server anyhow: else many at once would all find room for one.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, IAsyncDisposable> _followed = new(StringComparer.Ordinal);

    public static McpProtocolException TooMany() => new($"At most {Most} resources can be followed at once.", McpErrorCode.InvalidParams);

    /// <summary>As the SDK says it.</summary>
    public static McpProtocolException NotServed(string address) => new($"Unknown resource URI: '{address}'", McpErrorCode.ResourceNotFound);

    /// <summary>Whether the resource is served at all.</summary>
    public bool IsServed(string address) => served.Any(resource => resource.IsMatch(address));

    public async ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var address = request.Params.Uri;
        if (!IsServed(address))
        {
            throw NotServed(address);
        }

        if (session.Client is null)
        {
            throw new McpProtocolException("Only a client with a session can subscribe in this revision.", McpErrorCode.InvalidRequest);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await FollowAsync(address, cancellationToken);
            return new EmptyResult();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_followed.Remove(request.Params.Uri, out var following))
            {
                await following.DisposeAsync();
            }

            return new EmptyResult();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FollowAsync(string address, CancellationToken cancellationToken)
    {
        if (_followed.ContainsKey(address))
        {
            return;
        }

        if (_followed.Count >= Most)
        {
            throw TooMany();
        }

        _followed[address] = await session.Link.Resources.FollowAsync(
            address, update => session.Tell(NotificationMethods.ResourceUpdatedNotification, update), cancellationToken);
    }
}
