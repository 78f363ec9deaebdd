using System.Text.Json.Nodes;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A request that the server behind the proxy is working on.</summary>
/// <param name="client">Whoever waits for it; what is sent there belongs to this request.</param>
/// <param name="level">The least level of its log messages; <see langword="null"/> when the request asks for none.</param>
/// <param name="progress">What the client names its progress by; <see langword="null"/> when it asks for none.</param>
/// <param name="logger">For what could not be told.</param>
internal sealed class CallUnderWay(McpServer client, LoggingLevel? level, ProgressToken? progress, ILogger logger)
{
    private volatile McpServer? _client = client;

    /// <summary>Whoever waits for it now: another one in each round of a call, and <see langword="null"/> between two.</summary>
    public McpServer? Client => _client;

    /// <summary>The least level of its log messages.</summary>
    public LoggingLevel? Level => level;

    /// <summary>What the client names its progress by.</summary>
    public ProgressToken? Progress { get; private set; } = progress;

    /// <summary>What is sent to the client before the result.</summary>
    public OrderedRelay Relay { get; } = new(logger);

    /// <summary>What the server asks, for a client that is asked between two rounds.</summary>
    public OpenQuestions Questions { get; } = new();

    /// <summary>Hands it to whoever waits for it from now on.</summary>
    public void Enter(McpServer next, ProgressToken? nextProgress)
    {
        Progress = nextProgress;
        _client = next;
    }

    /// <summary>Sends what is left to send to whoever waits, who then waits no more.</summary>
    public async Task LeaveAsync()
    {
        await Relay.Drained;
        _client = null;
    }

    /// <summary>Tells whoever waits something, after all that was to be told before. Between two rounds nobody hears it.</summary>
    public void Tell(string method, JsonNode? parameters) => Relay.Add(() => Client is { } waiting
        ? waiting.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters })
        : Task.CompletedTask);
}
