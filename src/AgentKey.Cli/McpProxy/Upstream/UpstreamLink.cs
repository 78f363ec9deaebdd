using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>One conversation with the server behind the proxy, begun anew when the server ended. Safe for any number of threads.</summary>
/// <param name="address">Where the server is.</param>
/// <param name="loggers">For what an operator has to know.</param>
/// <param name="listener">Hears what the server says of its own accord.</param>
/// <param name="count">Counts the conversation when it begins; <see langword="null"/> for one that is nobody's own.</param>
internal sealed partial class UpstreamLink(UpstreamAddress address, ILoggerFactory loggers, IUpstreamListener listener, Func<IDisposable>? count = null)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, Action<JsonNode>> _progress = new(StringComparer.Ordinal);
    private readonly RestartPause _pause = new(TimeProvider.System);
    private readonly ILogger _logger = loggers.CreateLogger<UpstreamLink>();
    private FollowedResources? _resources;
    private Task<McpClient>? _beginning;
    private McpClient? _client;
    private IDisposable? _counted;
    private LoggingLevel? _level;
    private bool _isDisposed;

    /// <summary>The resources whose changes somebody wants to hear of.</summary>
    public FollowedResources Resources => LazyInitializer.EnsureInitialized(ref _resources, () => new FollowedResources(this, _logger));

    /// <summary>The conversation, while it lasts.</summary>
    public McpClient? Live => Volatile.Read(ref _client) is { Completion.IsCompleted: false } client ? client : null;

    /// <summary>Whether the server was told once, at the beginning, what its client can be asked.</summary>
    public bool HasHandshake => Live is { } client && !client.IsWithoutHandshake();

    /// <summary>Whether nothing is to be sent any more.</summary>
    public bool IsOver => Volatile.Read(ref _isDisposed);

    /// <summary>The live conversation. The server is started again when it has ended.</summary>
    /// <exception cref="McpException">The server cannot be reached, or ended so often that it has to wait.</exception>
    public async ValueTask<McpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        // A start is nobody's own: a caller that gives up must not take it from those who wait for it, too.
        return Live ?? await Beginning().WaitAsync(cancellationToken);
    }

    /// <summary>Sends one request and waits for its result.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">The parameters; become the request's own.</param>
    /// <param name="wishes">What its client wants besides the result.</param>
    /// <param name="cancellationToken">Cancels the request at the server, too.</param>
    /// <exception cref="McpProtocolException">The server answered with an error, which is its own.</exception>
    /// <exception cref="McpException">The server did not answer.</exception>
    public async Task<JsonNode?> SendAsync(string method, JsonObject parameters, RequestWishes wishes, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(cancellationToken);
        if (wishes.Level is { } wanted)
        {
            await SetLevelAsync(wanted, parameters, cancellationToken);
        }

        if (wishes.Askable is { } askable && client.IsWithoutHandshake())
        {
            MetaOf(parameters)[MetaKeys.ClientCapabilities] = JsonSerializer.SerializeToNode(askable, McpJsonUtilities.DefaultOptions);
        }

        var id = Guid.CreateVersion7().ToString("N");
        if (wishes.OnProgress is not null)
        {
            _progress[id] = wishes.OnProgress;
            MetaOf(parameters)["progressToken"] = id;
        }

        try
        {
            var request = new JsonRpcRequest { Id = new RequestId(id), Method = method, Params = parameters };
            return RemoteAnswer.Clean((await client.SendRequestAsync(request, cancellationToken)).Result);
        }
        catch (McpProtocolException error)
        {
            throw RemoteAnswer.Clean(error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TellCancelledAsync(client, id);
            throw;
        }
        catch (Exception fault) when (fault is not McpException)
        {
            LogNoAnswer(fault, method);
            throw new McpException("The server behind the proxy did not answer.", fault);
        }
        finally
        {
            _progress.TryRemove(id, out _);
        }
    }

    /// <summary>Says from which level on log messages are wanted, until it is said anew.</summary>
    /// <remarks>In the newest revision each request says it, in its own parameters.</remarks>
    public async Task SetLevelAsync(LoggingLevel level, JsonObject? parameters, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(cancellationToken);
        var word = JsonSerializer.SerializeToNode(level, McpJsonUtilities.DefaultOptions);
        if (client.IsWithoutHandshake())
        {
            if (parameters is not null)
            {
                MetaOf(parameters)[UpstreamTransport.LogLevel] = word;
            }
        }
        else if (level != _level && client.ServerCapabilities.Logging is not null)
        {
            await SendAsync(RequestMethods.LoggingSetLevel, new JsonObject { ["level"] = word }, RequestWishes.None, cancellationToken);
            _level = level;
        }
    }

    /// <summary>Tells the server something that it does not answer, if it is there.</summary>
    public async Task TellAsync(McpClient client, JsonRpcNotification notification)
    {
        try
        {
            await client.SendMessageAsync(notification);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or InvalidOperationException)
        {
            // The server is gone, which the next call finds out.
            LogNoAnswer(fault, notification.Method);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A proxy that has asked its server what it has ends this conversation before it ends itself.
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _ended.CancelAsync();
        if (Volatile.Read(ref _beginning) is Task beginning)
        {
            // Whether it came to a client, or why not, makes no difference any more.
            await beginning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _counted?.Dispose();
        _ended.Dispose();
    }

    private Task<McpClient> Beginning()
    {
        lock (_gate)
        {
            if (_beginning is not { IsCompleted: false })
            {
                var token = _ended.Token;
                _beginning = Task.Run(async () => Live ?? await BeginAsync(token), token);
            }

            return _beginning;
        }
    }

    private async Task<McpClient> BeginAsync(CancellationToken cancellationToken)
    {
        if (_client is { } ended)
        {
            LogEnded((await ended.Completion).Exception);
            await ended.DisposeAsync();
        }

        _pause.Require();
        _counted ??= count?.Invoke();
        try
        {
            var client = await McpClient.CreateAsync(new UpstreamTransport(address.CreateTransport(loggers), Hear), Options(), loggers, cancellationToken);
            _level = null;
            await IntroduceAsync(client, cancellationToken);
            Volatile.Write(ref _client, client);
            ListenForLists(client);
            _ = Resources.RenewAsync(client);
            return client;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Where it is, and its last words, are for the operator.
            LogUnreachable(fault);
            throw new McpException("The server behind the proxy cannot be reached.", fault);
        }
    }

    private async Task IntroduceAsync(McpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await listener.BeginAsync(client, cancellationToken);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private McpClientOptions Options()
    {
        var options = new McpClientOptions
        {
            // A server that is installed when it is started answers late. Whoever gives up early falls back to a handshake that
            // a server of the newest revision then refuses.
            DiscoverProbeTimeout = TimeSpan.FromSeconds(30),
            InitializationTimeout = TimeSpan.FromMinutes(2),
            ClientInfo = new Implementation { Name = "agentkey-mcp-proxy", Version = typeof(UpstreamLink).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion },
        };
        listener.Declare(options);
        return options;
    }

    /// <summary>The <c>_meta</c> of parameters, made if there is none.</summary>
    private static JsonObject MetaOf(JsonObject parameters)
    {
        if (parameters["_meta"] is not JsonObject meta)
        {
            parameters["_meta"] = meta = [];
        }

        return meta;
    }

    // The SDK's own notice gets lost when the waiting ends first (2.3.1). Over HTTP of the newest revision, hanging up is the notice.
    private async Task TellCancelledAsync(McpClient client, string id)
    {
        if (address.IsHttp && client.IsWithoutHandshake())
        {
            return;
        }

        // Whoever cancelled waits for nothing any more.
        var notice = JsonSerializer.SerializeToNode(new CancelledNotificationParams { RequestId = new RequestId(id) }, McpJsonUtilities.DefaultOptions);
        await TellAsync(client, new JsonRpcNotification { Method = NotificationMethods.CancelledNotification, Params = notice });
    }

    [LoggerMessage(3001, LogLevel.Warning, "The server behind the proxy ended and is started again")]
    private partial void LogEnded(Exception? exception);

    [LoggerMessage(3002, LogLevel.Error, "The server behind the proxy cannot be reached")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "The server behind the proxy did not answer {Method}")]
    private partial void LogNoAnswer(Exception exception, string method);
}
