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
    private readonly OrderedRelay _relay = new();
    private readonly OrderedRelay _changes = new();
    private LoggingLevel? _level;

    /// <summary>Begins nothing yet: the link is made when it is needed.</summary>
    public CallerSession(UpstreamAddress address, ILoggerFactory loggers, bool isShared)
    {
        _address = address;
        _loggers = loggers;
        _logger = loggers.CreateLogger<CallerSession>();
        _isShared = isShared;
        Link = new UpstreamLink(address, loggers, this);
    }

    /// <summary>The caller, when it has a session. What is sent there belongs to no request.</summary>
    public McpServer? Client { get; set; }

    public UpstreamLink Link { get; }

    /// <summary>Learns what the server has, at the beginning of every conversation and when it says that this has changed.</summary>
    public Func<McpClient, CancellationToken, Task>? Changed { get; set; }

    /// <summary>A session for one more caller.</summary>
    public CallerSession Another() => new(_address, _loggers, isShared: false);

    /// <summary>Sends a request of the caller on, and hands progress and log messages back.</summary>
    /// <exception cref="McpProtocolException">The server answered with an error, which is its own.</exception>
    /// <exception cref="McpException">The server did not answer.</exception>
    /// <exception cref="InputRequiredException">The server has a question first.</exception>
    public async Task<JsonNode?> CallAsync<TParams>(RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        var call = new CallUnderWay(request.Server, request.JsonRpcRequest.Context?.LogLevel ?? _level);
        if (_isShared && call.Level is not null && _address.IsHttp)
        {
            // On a shared link nothing says whose log messages they are.
            await using var own = Another();
            return await own.SendAsync(call, request, cancellationToken);
        }

        return await SendAsync(_isShared ? call with { Level = null } : call, request, cancellationToken);
    }

    /// <summary>From which level on the caller wants log messages.</summary>
    public Task SetLevelAsync(LoggingLevel level, CancellationToken cancellationToken)
    {
        _level = level;
        return Link.SetLevelAsync(level, parameters: null, cancellationToken);
    }

    public void Declare(McpClientOptions options)
    {
        if (Client is not { } client)
        {
            return;
        }

        var can = (Newest ?? client).ClientCapabilities;
        options.Capabilities = new RequestWishes(null, can, null).Askable;
        options.Handlers.ElicitationHandler = can?.Elicitation is null ? null : (question, token) => AskAsync(asked => asked.ElicitAsync(question!, token));
        options.Handlers.SamplingHandler = can?.Sampling is null ? null : (question, _, token) => AskAsync(asked => asked.SampleAsync(question!, token));
        options.Handlers.RootsHandler = can?.Roots is null ? null : (question, token) => AskAsync(asked => asked.RequestRootsAsync(question ?? new(), token));
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

    public ValueTask DisposeAsync() => Link.DisposeAsync();

    private async Task<JsonNode?> SendAsync<TParams>(CallUnderWay call, RequestContext<TParams> request, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        lock (_lock)
        {
            _calls.Add(call);
        }

        try
        {
            var message = request.JsonRpcRequest;
            var wishes = new RequestWishes(call.Level, request.Server.ClientCapabilities, ProgressRelay.Of(call, request.Params));
            var result = await Link.SendAsync(message.Method, ForwardedParams.Of(message.Params, request.Params), wishes, cancellationToken);
            await call.Relay.Drained.WaitAsync(cancellationToken);
            RemoteAnswer.ThrowIfAsking(result);
            return result;
        }
        finally
        {
            lock (_lock)
            {
                _calls.Remove(call);
            }
        }
    }

    private McpServer? Newest
    {
        get
        {
            lock (_lock)
            {
                return _calls.LastOrDefault()?.Client;
            }
        }
    }

    // A question names no call. Whichever call of this session carries it, it is for this caller.
    private async ValueTask<T> AskAsync<T>(Func<McpServer, ValueTask<T>> ask)
    {
        var answer = await ask(Newest ?? Client!);
        return KeyScreen.HoldsKey(JsonSerializer.SerializeToNode(answer, McpJsonUtilities.DefaultOptions))
            ? throw new McpProtocolException("The client's answer contains an agent's key. Keys are not passed on.", McpErrorCode.InvalidParams)
            : answer;
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
            var call = newest?.Client.IsWithoutHandshake() is true ? _calls.LastOrDefault(each => level >= each.Level) : newest;
            if (call is not null)
            {
                call.Relay.Add(() => TellAsync(call.Client, notification.Method, copy));
            }
            else if (newest is null && Client is { } client && !client.IsWithoutHandshake())
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
