using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentKey.Keys;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Refuses requests that carry an agent's key inside: a model that was talked into it must not hand its key to the server behind.</summary>
internal static partial class KeyScreen
{
    public static McpMessageHandler Around(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage is JsonRpcRequest { Params: { } parameters } && HoldsKey(parameters)
            ? throw new McpProtocolException("The request contains an agent's key. Keys are not passed on.", McpErrorCode.InvalidParams)
            : next(context, cancellationToken);

    /// <summary>Whether an agent's key is anywhere inside.</summary>
    public static bool HoldsKey(JsonNode? node) => HoldsKey(node.Deserialize<JsonElement>());

    // Not the node itself, which can be looked into only when no name in it occurs twice.
    private static bool HoldsKey(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => HoldsKey(member.Name) || HoldsKey(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(HoldsKey),
        JsonValueKind.String => HoldsKey(json.GetString()!),
        _ => false,
    };

    // Encoded, a model copies it as readily: into an address, or as the password of a header.
    private static bool HoldsKey(string text) => Decodings.Of(text).Any(IsKeyInside);

    private static bool IsKeyInside(string text) => Candidate().Matches(text)
        .SelectMany(match => match.Groups.Values)
        .Any(group => group.Length > 0 && AgentSecret.TryParse(group.Value, out _));

    // Looks ahead, so that no candidate hides one that begins inside it.
    [GeneratedRegex("(?=(ak_[0-9A-Za-z]{38}))(?=(ak_[0-9a-f]{48}))?")]
    private static partial Regex Candidate();
}
