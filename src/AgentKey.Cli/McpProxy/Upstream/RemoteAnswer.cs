using System.Text.Json.Nodes;
using ModelContextProtocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Takes from an answer what the conversation with the server behind the proxy added to it, so that it reads as the server's own.</summary>
internal static class RemoteAnswer
{
    private const string ErrorPrefix = "Request failed (remote): ";

    private const string ServerInfo = "io.modelcontextprotocol/serverInfo";

    /// <summary>The result without the server's name and the word that it is complete, which our own side adds where the client's revision has them.</summary>
    public static JsonNode? Clean(JsonNode? result)
    {
        if (result is JsonObject members && members["resultType"] is JsonValue type && type.TryGetValue<string>(out var word) && word == "complete")
        {
            members.Remove("resultType");
        }

        if (result?["_meta"] is JsonObject meta && meta.Remove(ServerInfo) && meta.Count == 0)
        {
            result.AsObject().Remove("_meta");
        }

        return result;
    }

    /// <summary>The error without the SDK's words about where it came from.</summary>
    public static McpProtocolException Clean(McpProtocolException error)
    {
        if (error.GetType() != typeof(McpProtocolException) || !error.Message.StartsWith(ErrorPrefix, StringComparison.Ordinal))
        {
            return error;
        }

        var own = new McpProtocolException(error.Message[ErrorPrefix.Length..], error, error.ErrorCode);
        foreach (System.Collections.DictionaryEntry fact in error.Data)
        {
            own.Data[fact.Key] = fact.Value;
        }

        return own;
    }
}
