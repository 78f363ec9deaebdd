using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests.Hosting;

/// <summary>
/// A client's wire that writes down what the server says unasked, in the order of the wire: the SDK's client handles that
/// in any order. Its calls of the newest revision ask for log messages from "info" on, as other SDKs' clients can.
/// </summary>
internal sealed class Earwitness
{
    private readonly ConcurrentQueue<JsonRpcNotification> _heard = [];

    public IEnumerable<JsonNode> Of(string method) => _heard.Where(notification => notification.Method == method).Select(notification => notification.Params!);

    public IClientTransport On(IClientTransport transport) => new Transport(transport, this);

    private sealed class Transport(IClientTransport wire, Earwitness witness) : IClientTransport
    {
        public string Name => wire.Name;

        public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) => new Wire(await wire.ConnectAsync(cancellationToken), witness);
    }

    private sealed class Wire(ITransport wire, Earwitness witness) : ITransport
    {
        public string? SessionId => wire.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader { get; } = new Reader(wire.MessageReader, witness);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            if (message is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: { } parameters }
                && parameters["_meta"] is JsonObject meta && meta.ContainsKey(MetaKeys.ProtocolVersion))
            {
                meta[MetaKeys.LogLevel] = "info";
            }

            return wire.SendMessageAsync(message, cancellationToken);
        }

        public ValueTask DisposeAsync() => wire.DisposeAsync();
    }

    private sealed class Reader(ChannelReader<JsonRpcMessage> wire, Earwitness witness) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => wire.Completion;

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            var isRead = wire.TryRead(out item);
            if (item is JsonRpcNotification notification)
            {
                witness._heard.Enqueue(notification);
            }

            return isRead;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => wire.WaitToReadAsync(cancellationToken);
    }
}
