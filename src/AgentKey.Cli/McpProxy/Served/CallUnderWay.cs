using AgentKey.Cli.McpProxy.Upstream;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A request that the server behind the proxy is working on.</summary>
/// <param name="Client">Whoever waits for it; what is sent there belongs to this request.</param>
/// <param name="Level">The least level of its log messages; <see langword="null"/> when the request asks for none.</param>
internal sealed record CallUnderWay(McpServer Client, LoggingLevel? Level)
{
    /// <summary>The first revision in which every request says by itself what its client wants and can do.</summary>
    private const string FirstWithoutHandshake = "2026-07-28";

    /// <summary>What is sent to the client before the result.</summary>
    public OrderedRelay Relay { get; } = new();

    /// <summary>Whether the request says by itself what its client wants and can do.</summary>
    public bool SpeaksForItself => IsAskedEveryTime(Client);

    /// <summary>Whether what a client was asked once, for the whole session, does not count.</summary>
    public static bool IsAskedEveryTime(McpServer client) => string.CompareOrdinal(client.NegotiatedProtocolVersion, FirstWithoutHandshake) >= 0;
}
