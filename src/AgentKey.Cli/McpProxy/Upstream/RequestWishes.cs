using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>What the client of one request wants besides the result.</summary>
/// <param name="Level">The least level of the log messages; <see langword="null"/> for none.</param>
/// <param name="Client">What the client can be asked in the middle of the request.</param>
/// <param name="OnProgress">Gets the parameters of every progress notification, in order, and must not wait; <see langword="null"/> for none.</param>
internal sealed record RequestWishes(LoggingLevel? Level, ClientCapabilities? Client, Action<JsonNode>? OnProgress)
{
    public static readonly RequestWishes None = new(null, null, null);

    /// <summary>What the server behind may ask. What else the client can do is between it and the proxy.</summary>
    public static ClientCapabilities? AskableOf(ClientCapabilities? client) => client is null or { Elicitation: null, Sampling: null, Roots: null }
        ? null
        : new ClientCapabilities { Elicitation = client.Elicitation, Sampling = client.Sampling, Roots = client.Roots };

    /// <summary>As a request of the newest revision says it.</summary>
    public ClientCapabilities? Askable => AskableOf(Client);
}
