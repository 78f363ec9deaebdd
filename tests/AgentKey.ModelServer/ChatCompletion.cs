using System.Text.Json.Nodes;

namespace AgentKey.ModelServer;

/// <summary>One answer in the wire format of OpenAI's chat completions, whole and in chunks.</summary>
internal sealed class ChatCompletion
{
    private readonly string _id = "chatcmpl-" + Guid.NewGuid().ToString("N");
    private readonly ModelRequest _request;
    private readonly ModelReply _reply;
    private readonly List<string> _words;
    private readonly string _finishReason;

    public ChatCompletion(ModelRequest request, ModelReply reply)
    {
        _request = request;
        _reply = reply;
        var words = WordCount.Split(reply.Text);
        var isCapped = words.Count > request.OutputCap;
        _words = isCapped ? words[..request.OutputCap!.Value] : words;
        _finishReason = isCapped ? "length" : reply.ToolCalls.Count > 0 ? "tool_calls" : "stop";
    }

    private ModelUsage Usage => _reply.Usage ?? new ModelUsage(_request.Words, _words.Count + _reply.ToolCalls.Count);

    public JsonObject Whole()
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = _reply.ToolCalls.Count > 0 ? null : string.Concat(_words) };
        if (_reply.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. _reply.ToolCalls.Select(call => ToolCall(call))]);
        }

        var choice = new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = _finishReason };
        var body = Envelope("chat.completion", choice);
        if (!_reply.HidesUsage)
        {
            body["usage"] = UsageJson();
        }

        return body;
    }

    /// <summary>A role, then one chunk per word or tool, then the reason to finish, then the usage when it was asked for.</summary>
    public IEnumerable<JsonObject> Chunks()
    {
        yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = "" });
        foreach (var word in _words)
        {
            yield return Chunk(new JsonObject { ["content"] = word });
        }

        for (var i = 0; i < _reply.ToolCalls.Count; i++)
        {
            yield return Chunk(new JsonObject { ["tool_calls"] = new JsonArray(ToolCall(_reply.ToolCalls[i], i)) });
        }

        yield return Chunk([], _finishReason);
        if (_request.IncludesUsage && !_reply.HidesUsage)
        {
            var last = Envelope("chat.completion.chunk");
            last["usage"] = UsageJson();
            yield return last;
        }
    }

    private static JsonObject ToolCall(ModelToolCall call, int? index = null)
    {
        var json = new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        };
        if (index is not null)
        {
            json["index"] = index;
        }

        return json;
    }

    private JsonObject Chunk(JsonObject delta, string? finishReason = null) =>
        Envelope("chat.completion.chunk", new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason });

    private JsonObject Envelope(string kind, params JsonNode[] choices) => new()
    {
        ["id"] = _id,
        ["object"] = kind,
        ["created"] = 1_700_000_000,
        ["model"] = _request.Model,
        ["choices"] = new JsonArray(choices),
    };

    private JsonObject UsageJson()
    {
        var usage = Usage;
        return new JsonObject
        {
            ["prompt_tokens"] = usage.Input,
            ["completion_tokens"] = usage.Output,
            ["total_tokens"] = usage.Input + usage.Output,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInput },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
        };
    }
}
