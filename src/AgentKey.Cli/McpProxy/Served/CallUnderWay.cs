using AgentKey.Cli.McpProxy.Upstream;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A request that the server behind the proxy is working on.</summary>
/// <param name="Client">Whoever waits for it; what is sent there belongs to this request.</param>
/// <param name="Level">The least level of its log messages; <see langword="null"/> when the request asks for none.</param>
internal sealed record CallUnderWay(McpServer Client, LoggingLevel? Level)
{
    /// <summary>What is sent to the client before the result.</summary>
    public OrderedRelay Relay { get; } = new();
}
