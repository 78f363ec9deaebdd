using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// One caller's conversation with the server behind the proxy: a link of its own, so that what the server says is for
/// nobody else. Callers that have no sessions share one, and get from it only what belongs to a request.
/// </summary>
internal sealed partial class CallerSession : IUpstreamListener, IAsyncDisposable
{
    private readonly UpstreamAddress _address;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly bool _isShared;
    private readonly Lock _lock = new();
    private readonly List<CallUnderWay> _calls = [];
    private readonly OrderedRelay _relay;
    private readonly OrderedRelay _changes;
    private readonly SessionsByKey? _byKey;
    private readonly KeyCounts _conversations;
    private LoggingLevel? _level;

    /// <summary>Begins nothing yet: the link is made when it is needed.</summary>
    public CallerSession(UpstreamAddress address, ILoggerFactory loggers, bool isShared, KeyCounts? conversations = null)
    {
        _conversations = conversations ?? KeyCounts.OfConversations();
        _address = address;
        _loggers = loggers;
        _logger = loggers.CreateLogger<CallerSession>();
        _relay = new(_logger);
        _changes = new(_logger);
        _isShared = isShared;
        _byKey = isShared ? new SessionsByKey(AnotherFor, TimeProvider.System) : null;
        Link = new UpstreamLink(address, loggers, this);
    }

    private CallerSession(CallerSession origin, string? keyId, ClientCapabilities? askable)
    {
        _conversations = origin._conversations;
        _address = origin._address;
        _loggers = origin._loggers;
        _logger = origin._logger;
        _relay = new(_logger);
        _changes = new(_logger);
        _askable = askable;
        Link = new UpstreamLink(_address, _loggers, this, keyId is null ? null : () => _conversations.Begin(keyId));
    }

    /// <summary>The caller, when it has a session. What is sent there belongs to no request.</summary>
    public McpServer? Client { get; set; }

    public UpstreamLink Link { get; }

    /// <summary>Learns what the server has, at the beginning of every conversation and when it says that this has changed.</summary>
    public Func<McpClient, CancellationToken, Task>? Changed { get; set; }

    /// <summary>Whether the server works on something.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _calls.Count > 0;
            }
        }
    }

    /// <summary>A session for one more caller.</summary>
    /// <param name="keyId">The key whose conversations are counted; <see langword="null"/> for one that lasts no longer than a call, or as long as the proxy.</param>
    public CallerSession Another(string? keyId = null) => new(this, keyId, askable: null);

    /// <summary>
    /// The link over which a caller hears of changes: that of its calls, where it has one of its own. Kept until it is disposed.
    /// </summary>
    public async ValueTask<SessionsByKey.Lease?> BorrowToListenAsync(MessageContext request, CancellationToken cancellationToken) =>
        await OwnAskableAsync(request, cancellationToken) is { } askable ? _byKey!.BorrowToListen(KeyOf(request.User!), askable) : null;

    private async ValueTask<SessionsByKey.Lease?> BorrowForCallAsync<TParams>(RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams =>
        await OwnAskableAsync(request, cancellationToken) is { } askable ? _byKey!.BorrowForCall(KeyOf(request.User!), askable, request.Params.RequestState) : null;

    /// <summary>What a caller without a session can be asked, where the server has to know it from the beginning.</summary>
    private async ValueTask<ClientCapabilities?> OwnAskableAsync(MessageContext request, CancellationToken cancellationToken) =>
        _byKey is not null
        && RequestWishes.AskableOf(request.Server.ClientCapabilities) is { } askable
        && !(await Link.ConnectAsync(cancellationToken)).IsWithoutHandshake()
            ? askable
            : null;

    /// <summary>The key of an authenticated caller.</summary>
    public static string KeyOf(ClaimsPrincipal caller) => caller.FindFirst(ClaimTypes.NameIdentifier)!.Value;

    /// <summary>Sends a request of the caller on, and hands progress and log messages back.</summary>
    /// <exception cref="McpProtocolException">The server answered with an error, which is its own.</exception>
    /// <exception cref="McpException">The server did not answer.</exception>
    /// <exception cref="InputRequiredException">The server has a question first.</exception>
    public async Task<JsonNode?> CallAsync<TParams>(RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        using var own = await BorrowForCallAsync(request, cancellationToken);
        if (own is not null)
        {
            return await own.Session.CallAsync(request, cancellationToken);
        }

        var level = request.JsonRpcRequest.Context?.LogLevel ?? _level;
        if (_isShared && level is not null && _address.IsHttp)
        {
            // On a shared link nothing says whose log messages they are.
            await using var passing = Another();
            return await passing.CallAsync(request, cancellationToken);
        }

        return IsAskedBetweenRounds
            ? await CallInRoundsAsync(request, level, cancellationToken)
            : await SendAsync(CallOf(request, _isShared ? null : level), request, cancellationToken);
    }

    /// <summary>From which level on the caller wants log messages. A server that is not there is told when a call needs it.</summary>
    public Task SetLevelAsync(LoggingLevel level, CancellationToken cancellationToken)
    {
        if (_isShared)
        {
            // It would be everybody's level; those who share a link say theirs with each request.
            return Task.CompletedTask;
        }

        _level = level;
        // Nobody pays for the wish, so it starts no process.
        return Link.Live is null ? Task.CompletedTask : Link.SetLevelAsync(level, parameters: null, cancellationToken);
    }

    public bool WantsChanges => Changed is not null;

    public Task BeginAsync(McpClient client, CancellationToken cancellationToken) => Changed?.Invoke(client, cancellationToken) ?? Task.CompletedTask;

    public void Hear(JsonRpcNotification notification)
    {
        switch (notification.Method)
        {
            case NotificationMethods.ToolListChangedNotification or NotificationMethods.PromptListChangedNotification or NotificationMethods.ResourceListChangedNotification:
                Reload();
                break;
            case NotificationMethods.LoggingMessageNotification when !_isShared:
                PassLog(notification);
                break;
            case NotificationMethods.ElicitationCompleteNotification:
                PassCompletion(notification);
                break;
        }
    }

    public void Reload() => _changes.Add(ReloadAsync);

    /// <summary>Tells the server that the caller has other folders than it had, where the server was told that it may.</summary>
    public Task TellRootsChangedAsync() => !_isShared && Link.Live is { } server
        ? Link.TellAsync(server, new JsonRpcNotification { Method = NotificationMethods.RootsListChangedNotification })
        : Task.CompletedTask;

    /// <summary>Tells the caller something that belongs to no request, after all that was to be told before.</summary>
    public void Tell(string method, JsonNode? parameters)
    {
        var copy = parameters?.DeepClone();
        _relay.Add(() => TellAsync(Client!, method, copy));
    }

    public async ValueTask DisposeAsync()
    {
        if (_byKey is not null)
        {
            await _byKey.DisposeAsync();
        }

        await Link.DisposeAsync();
    }

    private CallUnderWay CallOf<TParams>(RequestContext<TParams> request, LoggingLevel? level)
        where TParams : RequestParams => new(request.Server, level, request.Params.ProgressToken, _logger);

    private async Task<JsonNode?> SendAsync<TParams>(CallUnderWay call, RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        lock (_lock)
        {
            _calls.Add(call);
        }

        try
        {
            return await SendUntilAnsweredAsync(call, request, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _calls.Remove(call);
            }
        }
    }

    private async Task<JsonNode?> SendUntilAnsweredAsync<TParams>(CallUnderWay call, RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        var message = request.JsonRpcRequest;
        var parameters = ForwardedParams.Of(message.Params, request.Params.RequestState, request.Params.InputResponses);
        for (var asked = 0; ; asked++)
        {
            var wishes = new RequestWishes(call.Level, request.Server.ClientCapabilities, ProgressRelay.Of(call));
            var result = await Link.SendAsync(message.Method, parameters, wishes, cancellationToken);
            await call.Relay.Drained.WaitAsync(cancellationToken);
            if (RemoteAnswer.QuestionIn(result) is not { } question)
            {
                return result;
            }

            if (!IsAskedNow(request.Server, question))
            {
                throw new InputRequiredException(question);
            }

            if (asked == MostRounds)
            {
                throw new McpException($"The server behind the proxy asked {MostRounds} times, and did not answer.");
            }

            parameters = ForwardedParams.Of(message.Params, question.RequestState, await AskNowAsync(request.Server, question, cancellationToken));
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            await BeginAsync(await Link.ConnectAsync(CancellationToken.None), CancellationToken.None);
        }
        catch (Exception fault) when (fault is McpException or IOException or HttpRequestException or InvalidOperationException)
        {
            // The server is gone; what it has is asked when it is there again.
            LogNotReloaded(fault);
        }
    }

    private void PassLog(JsonRpcNotification notification)
    {
        var copy = notification.Params?.DeepClone();
        var level = copy?["level"].Deserialize<LoggingLevel>(McpJsonUtilities.DefaultOptions);
        lock (_lock)
        {
            var newest = _calls.LastOrDefault();
            var call = IsAskedBetweenRounds || newest?.Client?.IsWithoutHandshake() is true ? _calls.LastOrDefault(each => level >= each.Level) : newest;
            if (call is not null)
            {
                call.Tell(notification.Method, copy);
            }
            else if (newest is null && Client is { } client && !client.IsWithoutHandshake())
            {
                _relay.Add(() => TellAsync(client, notification.Method, copy));
            }
        }
    }

    // Since 2026-07-28 there is no such notice: a client that was sent to a page finds out by calling again.
    private void PassCompletion(JsonRpcNotification notification)
    {
        if (Client is not { } client || client.IsWithoutHandshake())
        {
            return;
        }

        var copy = notification.Params?.DeepClone();
        lock (_lock)
        {
            if (_calls.LastOrDefault() is { } call)
            {
                call.Tell(notification.Method, copy);
            }
            else
            {
                _relay.Add(() => TellAsync(client, notification.Method, copy));
            }
        }
    }

    private static Task TellAsync(McpServer client, string method, JsonNode? parameters) =>
        client.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters });

    [LoggerMessage(3011, LogLevel.Warning, "The server behind the proxy has changed, and does not say what it has")]
    private partial void LogNotReloaded(Exception exception);
}
