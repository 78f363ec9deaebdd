using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Whoever hears what the server behind the proxy says of its own accord.</summary>
internal interface IUpstreamListener
{
    /// <summary>Gets a notification that names no request. Called in the order in which they arrive, so it must not wait.</summary>
    void Hear(JsonRpcNotification notification);
}
