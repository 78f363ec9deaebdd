using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Whoever hears what the server behind the proxy says of its own accord.</summary>
internal interface IUpstreamListener
{
    /// <summary>Says what its client can be asked, and asks it.</summary>
    void Declare(McpClientOptions options);

    /// <summary>Whether it wants to hear when lists have changed.</summary>
    bool WantsChanges { get; }

    /// <summary>Gets every new conversation, before anything else is said in it.</summary>
    Task BeginAsync(McpClient client, CancellationToken cancellationToken);

    /// <summary>Gets a notification that names no request. Called in the order in which they arrive, so it must not wait.</summary>
    void Hear(JsonRpcNotification notification);

    /// <summary>Is told that changes of the lists may have been missed. Must not wait.</summary>
    void Reload();
}
