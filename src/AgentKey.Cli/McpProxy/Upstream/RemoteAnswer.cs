using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Takes from an answer what the conversation with the server behind the proxy added to it, so that it reads as the server's own.</summary>
internal static class RemoteAnswer
{
    private const string ErrorPrefix = "Request failed (remote): ";

    private const string Question = "input_required";

    // The SDK's client would ask the proxy itself.
    private const string HiddenQuestion = "agentkey/input_required";

    private const string ServerInfo = "io.modelcontextprotocol/serverInfo";

    /// <summary>
    /// An answer as the proxy reads it, in which a question of the server passes the SDK's client as a result; an error in
    /// place of one that nobody could read.
    /// </summary>
    public static JsonRpcMessage Read(JsonRpcResponse answer)
    {
        try
        {
            var result = StrictJson.Read(answer.Result);
            if (result is JsonObject members && IsOfType(members, Question))
            {
                members["resultType"] = HiddenQuestion;
            }

            return new JsonRpcResponse { Id = answer.Id, Result = result, Context = answer.Context };
        }
        catch (JsonException)
        {
            var error = new JsonRpcErrorDetail { Code = (int)McpErrorCode.InternalError, Message = "The server behind the proxy gave an answer that says one name twice." };
            return new JsonRpcError { Id = answer.Id, Error = error, Context = answer.Context };
        }
    }

    /// <summary>What the server asks before it answers; <see langword="null"/> when this is its answer.</summary>
    public static InputRequiredResult? QuestionIn(JsonNode? answer)
    {
        if (answer is not JsonObject result || !IsOfType(result, HiddenQuestion))
        {
            return null;
        }

        result["resultType"] = Question;
        return result.Deserialize<InputRequiredResult>(McpJsonUtilities.DefaultOptions);
    }

    /// <summary>The result without the server's name and the word that it is complete, which our own side adds where the client's revision has them.</summary>
    public static JsonNode? Clean(JsonNode? result)
    {
        if (result is JsonObject members && IsOfType(members, "complete"))
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

    private static bool IsOfType(JsonObject result, string type) => result["resultType"] is JsonValue value && value.TryGetValue<string>(out var word) && word == type;
}
