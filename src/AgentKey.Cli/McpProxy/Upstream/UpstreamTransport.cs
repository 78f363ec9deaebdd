using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// The wire to the server behind the proxy. Says what the SDK's client would leave out, and takes what it would handle in
/// any order or answer by itself: notifications and questions.
/// </summary>
/// <param name="wire">The wire itself.</param>
/// <param name="hear">Gets every notification before whatever comes after it is read.</param>
internal sealed class UpstreamTransport(IClientTransport wire, Action<JsonRpcNotification> hear) : IClientTransport
{
    /// <summary>Where a request carries the level of its log messages: the SDK's client removes the protocol's own name for it.</summary>
    public const string LogLevel = "agentkey/logLevel";

    public string Name => wire.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) => new Wire(await wire.ConnectAsync(cancellationToken), hear);

    private sealed class Wire(ITransport wire, Action<JsonRpcNotification> hear) : ITransport
    {
        public string? SessionId => wire.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader { get; } = new Reader(wire, hear);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            if (message is JsonRpcRequest { Params: { } parameters } && parameters["_meta"] is JsonObject meta && meta.Remove(LogLevel, out var level))
            {
                meta[MetaKeys.LogLevel] = level;
            }

            return wire.SendMessageAsync(message, cancellationToken);
        }

        public ValueTask DisposeAsync() => wire.DisposeAsync();
    }

    private sealed class Reader(ITransport wire, Action<JsonRpcNotification> hear) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => wire.MessageReader.Completion;

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            try
            {
                return TryReadNext(out item);
            }
            catch
            {
                // Nobody would read on, and whoever calls would wait for ever: a conversation that has ended is begun anew.
                _ = wire.DisposeAsync().AsTask();
                throw;
            }
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => wire.MessageReader.WaitToReadAsync(cancellationToken);

        private bool TryReadNext([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            while (wire.MessageReader.TryRead(out item))
            {
                // Cancellation is of the server's own questions, which the SDK's client answers.
                if (item is not JsonRpcNotification { Method: not NotificationMethods.CancelledNotification } notification)
                {
                    item = item is JsonRpcResponse response ? RemoteAnswer.Read(response) : item;
                    return true;
                }

                hear(notification);
            }

            return false;
        }
    }
}
